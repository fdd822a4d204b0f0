"""The switch without fault: either partner may ask for another group, and nobody learns who did.

Staff see that a switch is wanted in a group, not by whom, and why only where the asker told them.
The others of the group learn nothing; when it is done they are told, as the asker is, that their
group has ended and that nobody is at fault.

Pairing takes an ask like a private block, which holds like "never" in a policy: give it
``keep_apart(members, apart(asks, groups))`` in place of the members. A block is part of no reason,
no certificate and no file.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from peerloom.members import Member
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import GroupError, MentoringError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import identifier, prose
from peerloom.reasons import N_, Reason


class SwitchState(enum.StrEnum):
    """What became of an ask for a switch."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class SwitchError(MentoringError):
    """An ask for a switch that cannot exist, or a change that its state does not allow."""

    code = "switch_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAsk:
    """A member asks for another group. Only the member may read it.

    Parameters
    ----------
    id
        What tells it from every other ask.
    group
        The id of the group that the member wants to leave.
    member
        Who asks. Shown to nobody else.
    asked_at
        When; aware, kept in UTC.
    words_for_staff
        What the member wants staff to know; may be empty. Staff read it without a name.
    withdrawn_at
        When the member took it back; None while they did not.
    done_at
        When the group ended for it; None while it did not.

    Raises
    ------
    SwitchError
        For an ask that was both withdrawn and done, or an end before its start.
    TextError, MomentError
        For words or moments that cannot be kept.
    """

    id: str
    group: str
    member: str = field(repr=False)
    asked_at: datetime
    words_for_staff: str = field(default="", repr=False)
    withdrawn_at: datetime | None = None
    done_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("id", "group", "member"):
            identifier(getattr(self, name), name)
        words = prose(self.words_for_staff, "words_for_staff")
        object.__setattr__(self, "words_for_staff", words)
        object.__setattr__(self, "asked_at", utc(self.asked_at, "asked_at"))
        if self.withdrawn_at is not None and self.done_at is not None:
            raise SwitchError.of_field("done_at", "no moment, because the ask was withdrawn")
        for name in ("withdrawn_at", "done_at"):
            moment = getattr(self, name)
            if moment is not None:
                object.__setattr__(self, name, utc(moment, name))
                if getattr(self, name) < self.asked_at:
                    raise SwitchError.of_field(name, 'a moment not before "asked_at"')

    @property
    def state(self) -> SwitchState:
        """What became of it."""
        if self.withdrawn_at is not None:
            return SwitchState.WITHDRAWN
        return SwitchState.ASKED if self.done_at is None else SwitchState.DONE

    @property
    def is_open(self) -> bool:
        """Whether it waits for a switch."""
        return self.state is SwitchState.ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchWanted:
    """What staff learn: in which group a switch is wanted, and nothing about who wants it.

    Parameters
    ----------
    group
        The id of the group.
    since
        When somebody first asked; aware, in UTC.
    words
        What was said to staff, in alphabetical order; often nothing.
    """

    group: str
    since: datetime
    words: tuple[str, ...] = field(default=(), repr=False)

    def sentence(self) -> Reason:
        """Say it in plain words."""
        return Reason(
            code="switch_wanted",
            template=N_(
                "A switch is wanted in this group. Anybody may ask for one, and nobody is at "
                "fault: let it end kindly, and pair its members anew."
            ),
        )


def ask_for_switch(
    asks: Iterable[SwitchAsk],
    group: PublishedGroup,
    member: str,
    *,
    id: str,  # noqa: A002 it becomes the field of that name
    now: datetime,
    words_for_staff: str = "",
) -> SwitchAsk:
    """Ask for a switch; no reason is needed.

    Parameters
    ----------
    asks
        All asks of this group so far.
    group
        The group that the member wants to leave.
    member
        Who asks.
    id
        Of the new ask.
    now
        The present moment; aware.
    words_for_staff
        What staff shall know; may be empty.

    Raises
    ------
    GroupError
        For somebody who is not in the group.
    SwitchError
        For a group that has ended, or somebody who has already asked.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> ask = ask_for_switch([], pair, "ada", id="w1", now=monday)
    >>> switch_wanted([ask], pair, Viewer(member="bo")) is None
    True
    >>> switch_wanted([ask], pair, Viewer.staff()).group
    'g1'
    """
    group.others(member)
    if group.ended_at is not None:
        raise SwitchError("This group has already ended: no switch is needed.")
    own = own_ask(asks, group, member)
    if own is not None and own.is_open:
        raise SwitchError("You have already asked for a switch: withdraw it, or wait for it.")
    return SwitchAsk(
        id=id, group=group.id, member=member, asked_at=now, words_for_staff=words_for_staff
    )


def withdraw(ask: SwitchAsk, *, by: str, now: datetime) -> SwitchAsk:
    """Take an ask back. Nobody learns that there was one.

    Raises
    ------
    SwitchError
        For somebody else than the asker, or an ask that is not open.
    """
    if by != ask.member or not ask.is_open:
        raise SwitchError(
            "Only the one who asked can withdraw a switch, and only until it is done."
        )
    return replace(ask, withdrawn_at=now)


def settle(
    asks: Iterable[SwitchAsk], group: PublishedGroup, *, now: datetime
) -> tuple[SwitchAsk, ...]:
    """Mark every open ask of a group as done, because the group ends.

    Returns
    -------
    tuple of SwitchAsk
        All asks in the same order; those of other groups as they were.
    """
    return tuple(
        replace(ask, done_at=now) if ask.group == group.id and ask.is_open else ask for ask in asks
    )


def own_ask(asks: Iterable[SwitchAsk], group: PublishedGroup, member: str) -> SwitchAsk | None:
    """Give the newest ask that a member made in a group, for that member only."""
    own = (ask for ask in asks if ask.group == group.id and ask.member == member)
    return max(own, key=lambda ask: (ask.asked_at, ask.id), default=None)


def switch_wanted(
    asks: Iterable[SwitchAsk], group: PublishedGroup, viewer: Viewer
) -> SwitchWanted | None:
    """Tell staff that a switch is wanted; everybody else, and staff in this very group, nothing.

    However many ask, it is wanted once.
    """
    if not viewer.is_staff or viewer.member in group.members:
        return None
    wanted = [ask for ask in asks if ask.group == group.id and ask.is_open]
    if not wanted:
        return None
    return SwitchWanted(
        group=group.id,
        since=min(ask.asked_at for ask in wanted),
        words=tuple(sorted(ask.words_for_staff for ask in wanted if ask.words_for_staff)),
    )


def switched() -> Reason:
    """Say to everybody of a group that it ended by a switch: the same words to the asker."""
    return Reason(
        code="switched",
        template=N_(
            "This group has ended, and you will meet somebody new. That is part of how it works "
            "here: nobody is at fault, and your goals and notes stay with you."
        ),
    )


def apart(
    asks: Iterable[SwitchAsk],
    groups: Iterable[PublishedGroup],
    *,
    done_since: datetime | None = None,
) -> tuple[tuple[str, str], ...]:
    """Give the pairs of people whom the next pairing must not put together.

    An asker stays apart from everybody of the group they asked to leave; the others of a trio or
    circle may stay together. An ask counts while it is open and after it is done, until it is
    withdrawn: a pair that never met would otherwise count as new to each other.

    Parameters
    ----------
    asks
        Of any groups.
    groups
        The groups that they are about, and any others.
    done_since
        Let asks that were done before this moment count no more, for a small programme in which
        people run out of partners; None lets all of them count.

    Returns
    -------
    tuple of pairs of ids
        Each pair sorted, and once, so that nothing says who asked.

    Raises
    ------
    GroupError
        For an ask about a group that is not given.
    """
    by_id = {group.id: group for group in groups}
    earliest = None if done_since is None else utc(done_since, "done_since")
    pairs = set()
    for ask in asks:
        is_over = ask.done_at is not None and earliest is not None and ask.done_at < earliest
        if ask.state is SwitchState.WITHDRAWN or is_over:
            continue
        if ask.group not in by_id:
            raise GroupError(
                "An ask for a switch is about a group that is not here: give them all."
            )
        for other in by_id[ask.group].others(ask.member):
            pairs.add((min(ask.member, other), max(ask.member, other)))
    return tuple(sorted(pairs))


def keep_apart(members: Iterable[Member], pairs: Iterable[tuple[str, str]]) -> tuple[Member, ...]:
    """Give the members with these pairs as private blocks, on both sides alike.

    Use them for one pairing or repair and forget them: a block is never written to a file. Whom the
    blocks leave without anybody stands in `Pairing.not_paired`, as after any other rule.

    Examples
    --------
    >>> from peerloom import pair
    >>> people = [Member(id=name) for name in ("ada", "bo", "cy", "di")]
    >>> groups = pair(keep_apart(people, [("ada", "bo")]), seed=1).groups
    >>> any({"ada", "bo"} <= set(group.members) for group in groups)
    False
    """
    blocked: dict[str, set[str]] = {}
    for one, other in pairs:
        blocked.setdefault(one, set()).add(other)
        blocked.setdefault(other, set()).add(one)
    return tuple(_blocking(member, blocked) for member in members)


def _blocking(member: Member, blocked: Mapping[str, set[str]]) -> Member:
    more = blocked.get(member.id, set()) - set(member.blocked)
    return replace(member, blocked=(*member.blocked, *sorted(more))) if more else member
