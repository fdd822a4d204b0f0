"""Moments and days: aware, in UTC inside, and on whose clock a day ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from peerloom.mentoring.errors import MomentError
from peerloom.zones import zone

YEARS = range(1970, 9999)
"""One year is left at the end, so that every moment exists in every time zone."""

_LAST_ZONE_ON_EARTH = timezone(timedelta(hours=-12))


def utc(moment: datetime, field: str = "moment") -> datetime:
    """Give a moment in UTC.

    Parameters
    ----------
    moment
        Aware, in any zone.
    field
        What the error calls it.

    Raises
    ------
    MomentError
        For a moment without a time zone, or outside the years 1970 to 9998.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> utc(datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Berlin")))
    datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise MomentError.of_field(field, "a moment with its time zone")
    if moment.year not in YEARS:
        raise MomentError.of_field(field, f"a year from {YEARS[0]} to {YEARS[-1]}")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def whole_day(day: date, field: str = "day") -> date:
    """Give a day of the calendar; a moment is no day.

    Raises
    ------
    MomentError
        For a moment, or a day outside the years 1970 to 9998.
    """
    if not isinstance(day, date) or isinstance(day, datetime):
        raise MomentError.of_field(field, "a day without a time")
    if day.year not in YEARS:
        raise MomentError.of_field(field, f"a year from {YEARS[0]} to {YEARS[-1]}")
    return day


def end_of_day(day: date, timezones: Iterable[str] = ()) -> datetime:
    """Give the moment at which a day has ended for everybody concerned.

    Parameters
    ----------
    day
        A day of the calendar.
    timezones
        IANA names of the zones of those concerned. Where none is known, the day ends when it has
        ended everywhere on Earth (UTC-12:00), so that nobody is ever late too early.

    Returns
    -------
    datetime
        In UTC; the first moment that no longer belongs to the day on any of the clocks.

    Raises
    ------
    MomentError
        For something that is no day.
    UnknownZoneError
        For a zone that is not in the IANA database.

    Examples
    --------
    >>> print(end_of_day(date(2026, 3, 29), ["Europe/Berlin", "America/New_York"]))
    2026-03-30 04:00:00+00:00
    >>> print(end_of_day(date(2026, 3, 29)))
    2026-03-30 12:00:00+00:00
    """
    midnight = datetime.combine(whole_day(day) + timedelta(days=1), time.min)
    clocks: list[tzinfo] = [zone(name) for name in timezones]
    clocks = clocks or [_LAST_ZONE_ON_EARTH]
    return max(midnight.replace(tzinfo=clock).astimezone(UTC) for clock in clocks)
