"""Asks in a programme: "will you be my partner?", a yes, a no that nobody sees, and silence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from peerloom.asks import SILENCE, Ask
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import prose
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class AskView:
    """An ask as one of the two may see it.

    Parameters
    ----------
    other
        The id of the other one.
    made_at
        When it was made; None where that is not known.
    message
        The reason why.
    is_mine
        Whether this person asked.
    is_mutual
        Whether both asked, which puts them together.
    is_waiting
        Whether it may still be answered. To the asker a no looks like silence.
    """

    other: str
    made_at: datetime | None
    message: str = field(default="", repr=False)
    is_mine: bool
    is_mutual: bool
    is_waiting: bool


def ask(
    programme: Programme, asker: str, asked: str, *, now: datetime, message: str = ""
) -> Programme:
    """Ask somebody to be partners in the next round. Asking back is saying yes.

    Asking again takes the place of the ask before; a no stays a no until the next round, and the
    asker does not learn of it.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    ProgrammeError
        For somebody who does not take part now, or asks themself.
    TextError
        For a message that cannot be kept.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada"), Member(id="bo")], now=monday)
    >>> school = ask(school, "ada", "bo", now=monday, message="I like your talks")
    >>> [(one.other, one.is_waiting) for one in asks_to(school, "bo", now=monday)]
    [('ada', True)]
    """
    if asker == asked:
        raise ProgrammeError("Ask somebody else to be your partner.")
    for one in (asker, asked):
        if not programme.members[one].takes_part:
            raise ProgrammeError("Only people who take part can ask and be asked.")
    before = programme.asks.get((asker, asked))
    made = Ask(
        asker=asker,
        asked=asked,
        message=prose(message, "message"),
        made_at=utc(now, "now"),
        is_declined=before is not None and before.is_declined,
    )
    return programme.put("asks", made)


def decline(programme: Programme, asker: str, asked: str) -> Programme:
    """Say no to an ask. Nobody ever sees it: not the asker, not staff.

    Raises
    ------
    UnknownRecordError
        Where there is no such ask.
    """
    return programme.put("asks", replace(programme.asks[asker, asked], is_declined=True))


def withdraw_ask(programme: Programme, asker: str, asked: str) -> Programme:
    """Take an ask back, as if it had never been.

    Raises
    ------
    UnknownRecordError
        Where there is no such ask.
    """
    programme.asks[asker, asked]
    return replace(programme, asks=programme.asks.drop({(asker, asked)}))


def asks_to(programme: Programme, member: str, *, now: datetime) -> tuple[AskView, ...]:
    """Give the asks that wait for an answer of a member, for this member only. O(own)."""
    views = [_view(programme, one, member, now) for one in programme.asks.of_member(member)]
    return tuple(view for view in views if not view.is_mine and view.is_waiting)


def asks_of(programme: Programme, member: str, *, now: datetime) -> tuple[AskView, ...]:
    """Give the asks that a member made, for this member only. O(own)."""
    views = [_view(programme, one, member, now) for one in programme.asks.of_member(member)]
    return tuple(view for view in views if view.is_mine)


def _view(programme: Programme, one: Ask, member: str, now: datetime) -> AskView:
    is_mine = one.asker == member
    back = programme.asks.get((one.asked, one.asker))
    # A no of either hides that both asked: otherwise the missing "mutual" would tell of it.
    is_mutual = back is not None and not one.is_declined and not back.is_declined
    age = timedelta() if one.made_at is None else utc(now, "now") - one.made_at
    is_waiting = age < SILENCE and not is_mutual
    if not is_mine and one.is_declined:
        is_waiting = False
    return AskView(
        other=one.asked if is_mine else one.asker,
        made_at=one.made_at,
        message=one.message,
        is_mine=is_mine,
        is_mutual=is_mutual,
        is_waiting=is_waiting,
    )
