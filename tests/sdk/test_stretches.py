"""Stretches of free time, against the minute-by-minute count and against the zone database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Availability, Member
from peerloom.availability import WeeklySlot
from peerloom.stretches import (
    EPOCH,
    MINUTE,
    Stretch,
    clocks,
    common_stretches,
    minute_of,
    without,
)
from peerloom.weeks import free_minutes

DAY = 24 * 60
PLACES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
# Half an hour of summer time, changes at midnight, a day that never was, two changes a month.
ODD_ONES = ["Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Africa/Casablanca"]

places = st.one_of(st.sampled_from(ODD_ONES), st.sampled_from(PLACES))
moments = st.one_of(
    st.datetimes(datetime(1973, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside it
    # Samoa had no 30 December 2011.
    st.datetimes(datetime(2011, 12, 25), datetime(2011, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside it
)


@st.composite
def weekly_slots(draw):
    start = draw(st.integers(0, DAY - 1))
    return WeeklySlot(draw(st.integers(0, 6)), start, draw(st.integers(start + 1, DAY)))


weeks = st.one_of(
    st.just(Availability.parse("Mon-Sun 00:00-24:00")),
    st.lists(weekly_slots(), max_size=8).map(lambda slots: Availability(tuple(slots))),
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(places, weeks), min_size=1, max_size=3),
    moments,
    st.integers(1, 9 * DAY),
)
def test_they_are_the_free_minutes(people, start, count):
    members = [
        Member(id=str(number), timezone=place, availability=week)
        for number, (place, week) in enumerate(people)
    ]
    start = start.replace(second=0, microsecond=0)
    free = free_minutes(members, start, count).all(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.astype(np.int8), [0]))))
    first = minute_of(start)
    expected = [Stretch(first + int(a), first + int(b)) for a, b in edges.reshape(-1, 2)]
    assert common_stretches(members, first, first + count) == expected


@settings(max_examples=150)
@given(places, moments, st.integers(1, 200 * DAY), st.data())
def test_a_clock_runs_as_the_zone_database_says(place, start, count, data):
    first = minute_of(start)
    pieces = list(clocks(place, first, first + count))
    assert (pieces[0].first, pieces[-1].end) == (first, first + count)
    assert all(one.end == other.first for one, other in pairwise(pieces))
    by_chance = data.draw(st.lists(st.integers(0, count - 1), max_size=20))
    # Around each change, and once an hour in the first days.
    near = [minute - first for one in pieces for minute in (one.first, one.end - 1)]
    for minute in {*by_chance, *near, *range(0, min(count, 4 * DAY), 60)}:
        there = (EPOCH + (first + minute) * MINUTE).astimezone(ZoneInfo(place))
        (piece,) = [one for one in pieces if one.first <= first + minute < one.end]
        assert timedelta(minutes=piece.ahead) == there.utcoffset()


def test_a_change_of_the_clocks_is_found_to_the_minute():
    noon = minute_of(datetime(2011, 12, 29, 12, tzinfo=UTC))
    assert list(clocks("Pacific/Apia", noon, noon + DAY)) == [
        (noon, minute_of(datetime(2011, 12, 30, 10, tzinfo=UTC)), -10 * 60),
        (minute_of(datetime(2011, 12, 30, 10, tzinfo=UTC)), noon + DAY, 14 * 60),
    ]


@pytest.mark.parametrize("place", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_the_calendar_exist_everywhere(place):
    late = minute_of(datetime(9998, 12, 31, 23, 59, tzinfo=UTC))
    assert list(clocks(place, late, late + 92 * DAY))[-1].end == late + 92 * DAY
    assert next(clocks(place, 0, 1)).first == 0


def test_times_that_only_touch_are_not_common():
    people = [
        Member(id=name, availability=Availability.parse(times))
        for name, times in (("a", "Mon 8-9; Mon 10-11"), ("b", "Mon 9-10"))
    ]
    assert common_stretches(people, 0, 7 * DAY) == common_stretches(people[::-1], 0, 7 * DAY) == []


def test_nobody_has_no_common_time():
    assert common_stretches([], 0, DAY) == []
    assert common_stretches([Member(id="a")], 0, DAY) == []


taken = st.lists(
    st.tuples(st.integers(-20, 120), st.integers(1, 30)).map(lambda a: Stretch(a[0], sum(a))),
    max_size=8,
)


@given(taken, taken)
def test_what_is_taken_is_gone_and_all_else_stays(free, taken):
    minutes = {minute for one in free for minute in range(*one)}
    gone = {minute for one in taken for minute in range(*one)}
    edges = sorted(minutes)
    whole = []
    for minute in edges:
        if whole and whole[-1].end == minute:
            whole[-1] = Stretch(whole[-1].first, minute + 1)
        else:
            whole.append(Stretch(minute, minute + 1))
    left = list(without(whole, taken))
    assert {minute for one in left for minute in range(*one)} == minutes - gone
    assert all(one.end < other.first for one, other in pairwise(left))
