"""Moments and days: what is refused, and when a day has ended for everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peerloom import UnknownZoneError
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.moments import end_of_day, utc, whole_day

NAIVE = datetime(2026, 11, 23, 9, tzinfo=UTC).replace(tzinfo=None)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_a_moment_of_any_zone_is_the_same_moment_in_utc():
    berlin = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert utc(berlin) == berlin
    assert utc(berlin).tzinfo is UTC
    assert utc(berlin).hour == 10


@pytest.mark.parametrize(
    "moment",
    [
        NAIVE,
        date(2026, 11, 23),
        "2026-11-23T09:00:00+00:00",
        None,
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=12))),
    ],
)
def test_what_is_no_moment_is_refused(moment):
    with pytest.raises(MomentError) as caught:
        utc(moment, "made_at")
    assert caught.value.code == "moment_invalid"
    assert caught.value.field == "made_at"
    assert "made_at" in caught.value.sentence


@pytest.mark.parametrize("day", [NAIVE, datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", date.max])
def test_what_is_no_day_is_refused(day):
    with pytest.raises(MomentError):
        whole_day(day)


@given(day=DAYS, data=st.data())
def test_the_day_ends_when_no_clock_shows_it_any_more(zones, day, data):
    names = data.draw(st.lists(zones, min_size=1, max_size=4))
    end = end_of_day(day, names)

    def days_at(moment):
        return {moment.astimezone(ZoneInfo(name)).date() for name in names}

    assert end.tzinfo is UTC
    assert min(days_at(end)) == day + timedelta(days=1)
    assert min(days_at(end - timedelta(microseconds=1))) == day


@given(day=DAYS, data=st.data())
def test_without_zones_nobody_on_earth_is_late_too_early(zones, day, data):
    name = data.draw(zones)
    assert end_of_day(day) >= end_of_day(day, [name])
    noon = datetime.combine(day + timedelta(days=1), time(12), tzinfo=UTC)
    assert end_of_day(day) == noon


@given(day=DAYS, data=st.data())
def test_the_order_of_zones_does_not_matter(zones, day, data):
    names = data.draw(st.lists(zones, min_size=2, max_size=4))
    assume(names != names[::-1])
    assert end_of_day(day, names) == end_of_day(day, names[::-1])


def test_a_zone_that_is_none_is_named():
    with pytest.raises(UnknownZoneError):
        end_of_day(date(2026, 1, 1), ["Berlin"])
