"""Asks: "will you be my partner?", and what becomes of them.

Two people who ask each other are put together: a mutual ask binds. An ask that was not answered
weighs a little, and after three days of silence no more. A decline is kept from everybody, the
asker too: a declined ask just has no effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from peerloom.errors import MemberError, WeekError

SILENCE = timedelta(days=3)
"""An ask that was not answered for so long has expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One member asks another one to be partners.

    Parameters
    ----------
    asker, asked
        Their ids.
    message
        The reason why, for the eyes of the asked person only.
    made_at
        When; aware. None for an ask that does not expire.
    is_declined
        Whether the asked person said no. Never shown to anybody.

    Raises
    ------
    MemberError
        For somebody who asks themselves, or an empty id.
    WeekError
        For a moment without a time zone.
    """

    asker: str
    asked: str
    message: str = field(default="", repr=False)
    made_at: datetime | None = None
    is_declined: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        if not self.asker or not self.asked or self.asker == self.asked:
            raise MemberError("An ask needs the ids of two different people.")
        if self.made_at is not None and self.made_at.utcoffset() is None:
            raise WeekError("The moment of an ask needs a time zone.")


def standing(asks: Iterable[Ask], *, now: datetime) -> tuple[Ask, ...]:
    """Give the asks that still count.

    An ask counts for three days. It keeps counting when the other one has asked back in time: that
    is a yes.

    Parameters
    ----------
    asks
        In any order.
    now
        The present moment; aware.

    Returns
    -------
    tuple of Ask
        In the same order, without those that were declined or met with silence.

    Raises
    ------
    WeekError
        For a moment without a time zone.

    Examples
    --------
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> asks = [Ask(asker="ada", asked="bo", made_at=monday)]
    >>> len(standing(asks, now=monday + timedelta(days=2)))
    1
    >>> standing(asks, now=monday + timedelta(days=3))
    ()
    """
    if now.utcoffset() is None:
        raise WeekError("The present moment needs a time zone.")
    open_asks = [ask for ask in asks if not ask.is_declined]
    moments: dict[tuple[str, str], list[datetime | None]] = {}
    for ask in open_asks:
        moments.setdefault((ask.asker, ask.asked), []).append(ask.made_at)

    def counts(ask: Ask) -> bool:
        made_at = ask.made_at
        if made_at is None or now.astimezone(UTC) - made_at < SILENCE:
            return True
        return any(
            back is None or abs(back - made_at) < SILENCE
            for back in moments.get((ask.asked, ask.asker), ())
        )

    return tuple(ask for ask in open_asks if counts(ask))


def mutual_and_one_way(
    asks: Iterable[Ask],
) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Tell the pairs who asked each other from those of whom only one asked.

    Returns
    -------
    mutual, one_way : frozenset of pairs of ids
        Each pair sorted, so nothing says who of the two asked. Declined asks are in neither.
    """
    made = {(ask.asker, ask.asked) for ask in asks if not ask.is_declined}
    pairs = {(min(pair), max(pair)) for pair in made}
    mutual = {pair for pair in pairs if pair in made and pair[::-1] in made}
    return frozenset(mutual), frozenset(pairs - mutual)
