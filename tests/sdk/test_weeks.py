"""Common time, against a clock that asks zoneinfo minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import (
    REFERENCE_WEEK,
    Availability,
    Member,
    UnknownZoneError,
    WeekError,
    common_minutes,
)
from peerloom.weeks import common_minutes_matrix, monday

CHANGES = (
    date(2026, 3, 29),  # Europe, spring
    date(2026, 10, 25),  # Europe, autumn
    date(2026, 3, 8),  # United States, spring
    date(2026, 11, 1),  # United States, autumn
    date(2026, 4, 5),  # New Zealand and Lord Howe, autumn
    date(2026, 10, 4),  # Lord Howe, spring
)
weeks = st.sampled_from(CHANGES) | st.dates(date(1970, 1, 8), date(2100, 1, 1))


def free(member, week):
    """Ask for each UTC minute of the week what the member's wall clock shows."""
    zone = ZoneInfo(member.timezone)
    start = datetime.combine(week - timedelta(days=week.weekday()), datetime.min.time(), UTC)
    found = set()
    for minute in range(7 * 24 * 60):
        local = (start + timedelta(minutes=minute)).astimezone(zone)
        clock = local.hour * 60 + local.minute
        if any(
            slot.day == local.weekday() and slot.start <= clock < slot.end
            for slot in member.availability.slots
        ):
            found.add(minute)
    return found


@settings(max_examples=40)
@given(data=st.data(), week=weeks)
def test_common_time_is_what_the_wall_clocks_say(a_group, data, week):
    members = data.draw(a_group)[:3]
    expected = [free(member, week) for member in members]
    assert common_minutes(members, week) == len(set.intersection(*expected))
    matrix = common_minutes_matrix(members, week)
    for row, one in enumerate(expected):
        for column, other in enumerate(expected):
            assert matrix[row, column] == len(one & other)


@pytest.mark.parametrize(
    ("week", "minutes"),
    [
        (date(2026, 3, 9), 60),  # New York has changed its clocks, Berlin has not
        (date(2026, 3, 2), 120),
        (date(2026, 4, 1), 120),
    ],
)
def test_the_weeks_between_two_changes_have_another_overlap(week, minutes):
    berlin = Member(
        id="b", timezone="Europe/Berlin", availability=Availability.parse("Wed 18:00-20:00")
    )
    york = Member(
        id="y", timezone="America/New_York", availability=Availability.parse("Wed 12:00-14:00")
    )
    assert common_minutes([berlin, york], week) == minutes


@pytest.mark.parametrize(
    ("week", "minutes"), [(date(2026, 3, 29), 60), (date(2026, 10, 25), 180), (None, 120)]
)
def test_a_skipped_hour_is_not_there_and_a_repeated_one_counts_twice(week, minutes):
    night = Member(
        id="n", timezone="Europe/Berlin", availability=Availability.parse("Sun 01:00-03:00")
    )
    assert common_minutes([night], week) == minutes


def test_free_time_at_the_edge_of_the_week_is_not_lost():
    """Monday morning in Auckland is still Sunday in UTC, and New York's Sunday is Monday there."""
    auckland = Member(
        id="a", timezone="Pacific/Auckland", availability=Availability.parse("Mon 08:00-10:00")
    )
    york = Member(
        id="y", timezone="America/New_York", availability=Availability.parse("Sun 14:00-16:00")
    )
    assert common_minutes([auckland, york], date(2026, 1, 5)) == 120


def test_every_day_of_a_week_means_the_same_week():
    assert {monday(date(2026, 11, day)) for day in range(16, 23)} == {date(2026, 11, 16)}
    assert monday(None) == REFERENCE_WEEK
    assert REFERENCE_WEEK.weekday() == 0


@pytest.mark.parametrize("week", [date(1969, 12, 31), date.max])
def test_a_week_outside_the_calendar_is_refused(week):
    with pytest.raises(WeekError):
        monday(week)


def test_nobody_has_no_common_time():
    assert common_minutes([]) == 0
    assert common_minutes_matrix([], REFERENCE_WEEK).shape == (0, 0)


def test_more_free_time_never_makes_less_common_time():
    one = Member(id="a", availability=Availability.parse("Mon 18:00-20:00"))
    more = Member(id="b", availability=Availability.parse("Mon 17:00-21:00; Tue 10:00-11:00"))
    assert np.array_equal(
        common_minutes_matrix([one, more], REFERENCE_WEEK), [[120, 120], [120, 300]]
    )


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("new york", "America/New_York"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_one_that_was_meant(name, suggestion):
    with pytest.raises(UnknownZoneError) as caught:
        Member(id="a", timezone=name)
    assert caught.value.suggestions[0] == suggestion
    assert suggestion in caught.value.sentence


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "../../etc/passwd", "/etc/localtime", "localtime", "UTC\0", "x" * 5000, "posix"],
)
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(UnknownZoneError):
        Member(id="a", timezone=name)
