"""Quiet hours on the person's own clock, also in the nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from peerloom import UnknownZoneError
from peerloom.mentoring.errors import MentoringError, MomentError
from peerloom.mentoring.quiet_hours import QuietHours, next_waking

MINUTE = timedelta(minutes=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})

times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
quiet_hours = st.builds(QuietHours, start=times, end=times)
minutes_of_thirty_years = st.integers(0, 30 * 366 * 1440).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + minutes * MINUTE
)


def quiet_minutes(quiet):
    """Walk over the face of the clock from the first quiet minute to the last."""
    silent, minute = set(), quiet.start.hour * 60 + quiet.start.minute
    while minute != quiet.end.hour * 60 + quiet.end.minute:
        silent.add(time(minute // 60, minute % 60))
        minute = (minute + 1) % 1440
    return silent


def by_brute_force(now, quiet, timezone):
    """Look at the clock minute by minute."""
    silent, moment = quiet_minutes(quiet), now
    while moment.astimezone(ZoneInfo(timezone)).time() in silent:
        moment += MINUTE
    return moment


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (time(21), time(8)),
        (time(12), time(14)),
        (time(0), time(6)),
        (time(22), time(0)),
        (time(5), time(5)),
    ],
)
def test_each_minute_of_the_day_is_quiet_or_not(start, end):
    quiet = QuietHours(start=start, end=end)
    day = [time(minute // 60, minute % 60) for minute in range(1440)]
    assert {minute for minute in day if quiet.has(minute)} == quiet_minutes(quiet)


@given(now=minutes_of_thirty_years, quiet=quiet_hours, timezone=st.sampled_from(ZONES))
# Berlin skips 02:00 to 03:00, and the night ends in that hour.
@example(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), QuietHours(end=time(2, 30)), "Europe/Berlin")
# Berlin has 02:00 to 03:00 twice: the night ends twice.
@example(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), QuietHours(end=time(2, 30)), "Europe/Berlin")
@example(datetime(2026, 10, 25, 1, 10, tzinfo=UTC), QuietHours(end=time(2, 30)), "Europe/Berlin")
# Lord Howe changes by half an hour; Apia left out a whole day.
@example(
    datetime(2026, 4, 4, 14, 45, tzinfo=UTC), QuietHours(end=time(1, 45)), "Australia/Lord_Howe"
)
@example(datetime(2011, 12, 30, 9, 30, tzinfo=UTC), QuietHours(), "Pacific/Apia")
# Santiago and Beirut change at midnight.
@example(
    datetime(2026, 9, 6, 3, 30, tzinfo=UTC),
    QuietHours(start=time(21), end=time(0, 30)),
    "America/Santiago",
)
def test_the_first_waking_minute_is_that_of_the_clock(now, quiet, timezone):
    found = next_waking(now, quiet, timezone)
    assert found == by_brute_force(now, quiet, timezone)
    assert found.tzinfo is UTC
    assert next_waking(found, quiet, timezone) == found


@given(
    now=minutes_of_thirty_years,
    microseconds=st.integers(0, 60 * 10**6 - 1),
    quiet=quiet_hours,
    timezone=st.sampled_from(ZONES),
)
def test_seconds_wait_for_the_same_minute(now, microseconds, quiet, timezone):
    found = next_waking(now + timedelta(microseconds=microseconds), quiet, timezone)
    place = ZoneInfo(timezone)
    assert not quiet.has(found.astimezone(place).time())
    before = found - timedelta(microseconds=1)
    assert before < now + timedelta(microseconds=microseconds) or quiet.has(
        before.astimezone(place).time()
    )


def test_without_quiet_hours_any_moment_will_do():
    never = QuietHours(start=time(7), end=time(7))
    now = datetime(2026, 11, 23, 3, tzinfo=timezone(timedelta(hours=2)))
    assert next_waking(now, never, "UTC") == now


@pytest.mark.parametrize(
    "wrong", [time(8, 0, 1), time(8, tzinfo=UTC), "08:00", time(8, fold=1), None]
)
def test_quiet_hours_have_whole_minutes(wrong):
    with pytest.raises(MentoringError):
        QuietHours(start=wrong)


def test_the_clock_and_the_moment_must_be_known():
    with pytest.raises(UnknownZoneError):
        next_waking(datetime(2026, 1, 1, tzinfo=UTC), QuietHours(), "Berlin")
    with pytest.raises(MomentError):
        next_waking(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), QuietHours(), "UTC")
