"""Quiet hours: when nobody wants to be reminded, on the person's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.moments import utc
from peerloom.zones import zone

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A part of each day in which nothing is sent.

    Parameters
    ----------
    start, end
        The first quiet minute, and the first one that is not quiet any more, on the local clock.
        Where the end is not after the start the night lies between them; where both are the same,
        no hour is quiet.

    Raises
    ------
    MentoringError
        For something that is no time of a day in whole minutes.
    """

    start: time = time(21)
    end: time = time(8)

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            value = getattr(self, name)
            is_time = isinstance(value, time) and value.tzinfo is None
            if not is_time or value.second or value.microsecond or value.fold:
                raise MentoringError.of_field(name, 'a time of the day in whole minutes ("21:00")')

    def has(self, clock: time) -> bool:
        """Say whether a local time is quiet.

        Examples
        --------
        >>> QuietHours().has(time(23)), QuietHours().has(time(8)), QuietHours().has(time(7, 59, 59))
        (True, False, True)
        """
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def next_waking(now: datetime, quiet: QuietHours, timezone: str) -> datetime:
    """Give the first moment from now on whose local time is not quiet.

    Where the clocks change, their face counts: an hour that is skipped makes a quiet night shorter,
    and one that comes twice is quiet twice.

    Parameters
    ----------
    now
        The present moment; aware.
    quiet
        On the clock of the person.
    timezone
        The IANA name of that clock.

    Returns
    -------
    datetime
        In UTC. `now` itself where it is not quiet.

    Raises
    ------
    MomentError
        For a moment without a time zone.
    UnknownZoneError
        For a zone that is not in the IANA database.

    Examples
    --------
    >>> from datetime import UTC
    >>> print(next_waking(datetime(2026, 11, 23, 22, tzinfo=UTC), QuietHours(), "Europe/Berlin"))
    2026-11-24 07:00:00+00:00
    """
    moment = utc(now, "now")
    place = zone(timezone)
    local = moment.astimezone(place)
    while quiet.has(local.time()):
        end = local.replace(
            hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0, tzinfo=None
        )
        left = end - local.replace(tzinfo=None)
        later = moment + (left if left > timedelta() else left + timedelta(days=1))
        moment = _until_the_clocks_change(moment, later, place)
        local = moment.astimezone(place)
    return moment


def _until_the_clocks_change(moment: datetime, later: datetime, place: tzinfo) -> datetime:
    """Give the later moment, or the one before it at which the clocks change.

    At most one change lies between two moments that are less than a day apart.
    """
    ahead = moment.astimezone(place).utcoffset()
    if later.astimezone(place).utcoffset() == ahead:
        return later
    before, after = moment, later
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(place).utcoffset() == ahead:
            before = middle
        else:
            after = middle
    # Clocks change at whole seconds, and only one of them lies after `before`.
    return after.replace(microsecond=0)
