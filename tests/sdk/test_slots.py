"""Slots: real free time of everybody on that very date, spread over the days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Availability, Member, Slot, WeekError, propose_slots
from peerloom.slots import clock_times

starts = st.datetimes(
    datetime(2026, 3, 1), datetime(2026, 11, 10), timezones=st.just(UTC)  # noqa: DTZ001 - the zone is beside it
)  # fmt: skip

PLACES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})


def member(name, text, zone="Europe/Berlin"):
    return Member(id=name, timezone=zone, availability=Availability.parse(text))


def is_free(one, moment):
    local = moment.astimezone(ZoneInfo(one.timezone))
    clock = local.hour * 60 + local.minute
    return any(
        slot.day == local.weekday() and slot.start <= clock < slot.end
        for slot in one.availability.slots
    )


@settings(max_examples=50)
@given(
    data=st.data(),
    start=starts,
    minutes=st.sampled_from([15, 45, 60, 90]),
    days=st.integers(1, 21),
    limit=st.integers(0, 8),
    step=st.sampled_from([15, 30, 60]),
)
def test_a_slot_lies_in_the_free_time_of_everybody(
    a_group, data, start, minutes, days, limit, step
):
    members = data.draw(a_group)[:3]
    slots = propose_slots(members, start=start, days=days, minutes=minutes, limit=limit, step=step)
    assert len(slots) <= limit
    assert list(slots) == sorted(slots)
    for slot in slots:
        assert slot.starts_at.utcoffset() == timedelta(0)
        assert start <= slot.starts_at
        assert slot.ends_at <= start + timedelta(days=days, minutes=1)
        for minute in range(minutes):
            moment = slot.starts_at + timedelta(minutes=minute)
            assert all(is_free(one, moment) for one in members)
    for one, other in pairwise(slots):
        assert one.ends_at <= other.starts_at


@settings(max_examples=25)
@given(data=st.data(), start=starts)
def test_no_slot_is_missed(a_group, data, start):
    """With room for all, every free window on the step overlaps a proposed slot."""
    members = data.draw(a_group)[:2]
    start = start.replace(second=0, microsecond=0)
    slots = propose_slots(members, start=start, days=2, minutes=60, limit=1000)
    host = ZoneInfo(members[0].timezone)
    moments = [start + timedelta(minutes=minute) for minute in range(2 * 24 * 60)]
    free = [all(is_free(one, moment) for one in members) for moment in moments]
    for first in range(len(moments) - 60 + 1):
        local = moments[first].astimezone(host)
        if (local.hour * 60 + local.minute) % 30 == 0 and all(free[first : first + 60]):
            end = moments[first] + timedelta(hours=1)
            assert any(slot.starts_at < end and moments[first] < slot.ends_at for slot in slots)


def by_hand(people, start, count, minutes, limit, step):
    """Walk minute by minute, on the clock of the first of them."""
    moments = [start + timedelta(minutes=minute) for minute in range(count)]
    free = [all(is_free(one, moment) for one in people) for moment in moments]
    place = ZoneInfo(people[0].timezone)
    by_day, until = {}, 0
    for first in range(count - minutes + 1):
        local = moments[first].astimezone(place)
        is_round = (local.hour * 60 + local.minute) % step == 0
        if first >= until and is_round and all(free[first : first + minutes]):
            by_day.setdefault(local.date(), []).append(Slot(moments[first], minutes))
            until = first + minutes
    in_turn = sorted((turn, slot) for day in by_day.values() for turn, slot in enumerate(day))
    return tuple(sorted(slot for _, slot in in_turn[:limit]))


# Changes of half an hour and at midnight, a year's end, and a day that one place never had.
CHANGES = [
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 6, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 7, 20, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 10, 29, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 20, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 12, 31, 6, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, 18, tzinfo=UTC)),
]


@settings(max_examples=60)
@given(
    st.sampled_from(CHANGES),
    st.sampled_from([place for place, _ in CHANGES]),
    st.integers(0, 600),
    st.sampled_from(["Mon-Sun 00:00-24:00", "Mon-Sun 00:10-04:40; Mon-Sun 09:15-22:00"]),
    st.sampled_from([20, 45, 60, 150]),
    st.sampled_from([7, 25, 30, 60, 1000]),
    st.integers(1, 30),
)
def test_they_are_those_of_a_walk_minute_by_minute(
    change, other, later, times, minutes, step, limit
):
    place, start = change
    people = [member("a", times, place), member("b", "Mon-Sun 00:00-24:00", other)]
    start += timedelta(minutes=later)
    found = propose_slots(people, start=start, days=1, minutes=minutes, limit=limit, step=step)
    assert found == by_hand(people, start, 24 * 60, minutes, limit, step)


def test_each_day_gets_one_before_any_day_gets_two():
    members = [member("a", "Mon,Tue,Wed 18:00-21:00")]
    start = datetime(2026, 11, 16, tzinfo=UTC)
    three = propose_slots(members, start=start, days=7, limit=3)
    assert [slot.starts_at.day for slot in three] == [16, 17, 18]
    five = propose_slots(members, start=start, days=7, limit=5)
    assert [slot.starts_at.day for slot in five] == [16, 16, 17, 17, 18]
    assert len(propose_slots(members, start=start, days=7, limit=99)) == 9


def test_over_a_change_of_the_clocks_the_local_time_stays():
    berlin = member("a", "Wed 18:00-19:00")
    slots = propose_slots([berlin], start=datetime(2026, 10, 20, tzinfo=UTC))
    assert [slot.starts_at for slot in slots] == [
        datetime(2026, 10, 21, 16, tzinfo=UTC),
        datetime(2026, 10, 28, 17, tzinfo=UTC),
    ]


def test_between_the_changes_of_two_places():
    """New York changes three weeks before Berlin: six in Berlin is one in New York then."""
    people = [
        member("a", "Wed 18:00-19:00"),
        member("b", "Wed 12:00-14:00", "America/New_York"),
    ]
    slots = propose_slots(people, start=datetime(2026, 3, 2, tzinfo=UTC), days=35)
    there = ZoneInfo("America/New_York")
    assert [slot.starts_at.astimezone(there).hour for slot in slots] == [12, 13, 13, 13, 12]


def test_a_slot_starts_at_a_round_time_on_the_wall():
    nepal = [member("a", "Mon 18:00-20:00", "Asia/Kathmandu")]
    (slot, _) = propose_slots(nepal, start=datetime(2026, 11, 16, tzinfo=UTC), days=7)
    assert slot.starts_at.astimezone(ZoneInfo("Asia/Kathmandu")).minute == 0
    assert slot.starts_at == datetime(2026, 11, 16, 12, 15, tzinfo=UTC)


def test_a_slot_is_not_in_the_past():
    people = [member("a", "Mon 18:00-20:00", "UTC")]
    late = datetime(2026, 11, 16, 18, 0, 1, tzinfo=UTC)
    assert propose_slots(people, start=late, days=1, limit=1) == (
        Slot(datetime(2026, 11, 16, 18, 30, tzinfo=UTC), 60),
    )
    another_zone = late.astimezone(timezone(timedelta(hours=5)))
    assert propose_slots(people, start=another_zone, days=1, limit=1) == propose_slots(
        people, start=late, days=1, limit=1
    )


def test_without_common_time_there_is_no_slot():
    start = datetime(2026, 11, 16, tzinfo=UTC)
    assert propose_slots([], start=start) == ()
    assert propose_slots([member("a", "")], start=start) == ()
    assert propose_slots([member("a", "Mon 8-9"), member("b", "Tue 8-9")], start=start) == ()


def test_a_start_without_a_zone_is_refused():
    with pytest.raises(WeekError):
        propose_slots([], start=datetime(2026, 11, 16))  # noqa: DTZ001 - naive on purpose
    with pytest.raises(WeekError):
        propose_slots([], start=datetime(9999, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 93}, {"minutes": 0}, {"limit": -1}, {"step": 0}]
)
def test_numbers_outside_their_bounds_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        propose_slots([], start=datetime(2026, 11, 16, tzinfo=UTC), **wrong)


def test_no_slot_ends_after_the_end_or_overlaps_what_is_taken():
    berlin = [member("a", "Mon-Sun 8-20")]
    start = datetime(2026, 11, 16, tzinfo=UTC)
    end = datetime(2026, 11, 16, 12, 30, tzinfo=UTC)
    taken = [Slot(datetime(2026, 11, 16, 9, 10, tzinfo=UTC), 20), Slot(start, 1), Slot(end, 60)]
    slots = propose_slots(berlin, start=start, end=end, limit=9, busy=taken)
    assert [slot.starts_at.strftime("%H:%M") for slot in slots] == [
        "07:00",
        "08:00",
        "09:30",
        "10:30",
        "11:30",
    ]
    assert propose_slots(berlin, start=start, end=start) == ()
    assert propose_slots(berlin, start=end, end=start) == ()
    with pytest.raises(WeekError):
        propose_slots(berlin, start=start, end=datetime(2026, 11, 17))  # noqa: DTZ001 - naive on purpose


def test_a_part_of_a_minute_that_is_taken_takes_the_minute():
    berlin = [member("a", "Mon 8-20")]
    start = datetime(2026, 11, 16, tzinfo=UTC)
    half = Slot(datetime(2026, 11, 16, 6, 59, 30, tzinfo=UTC), 60)
    (slot,) = propose_slots(berlin, start=start, limit=1, step=1, minutes=30, busy=[half])
    assert slot.starts_at == datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@settings(max_examples=60)
@given(
    starts,
    st.lists(st.sampled_from(PLACES), min_size=1, max_size=4),
    st.integers(1, 300),
)
def test_a_slot_is_the_same_moment_on_every_clock(start, zones, minutes):
    people = [Member(id=str(number), timezone=zone) for number, zone in enumerate(zones)]
    slot = Slot(start.replace(second=0, microsecond=0), minutes)
    shown = clock_times(slot, people)
    assert [time.member for time in shown] == [one.id for one in people]
    for time, one in zip(shown, people, strict=True):
        assert time.starts_at == slot.starts_at
        assert time.ends_at == slot.ends_at
        place = ZoneInfo(one.timezone)
        assert time.starts_at.isoformat() == slot.starts_at.astimezone(place).isoformat()
        assert time.ends_at.isoformat() == slot.ends_at.astimezone(place).isoformat()


def test_days_differ_across_the_date_line():
    apia, pago = (Member(id=name, timezone=f"Pacific/{name}") for name in ("Apia", "Pago_Pago"))
    west, east = clock_times(Slot(datetime(2026, 11, 23, 20, tzinfo=UTC), 60), [apia, pago])
    assert (west.starts_at.isoformat(), east.starts_at.isoformat()) == (
        "2026-11-24T09:00:00+13:00",
        "2026-11-23T09:00:00-11:00",
    )


def test_a_slot_over_a_change_of_the_clocks_shows_both():
    berlin = Member(id="b", timezone="Europe/Berlin")
    (time,) = clock_times(Slot(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60), [berlin])
    assert time.starts_at.isoformat() == "2026-10-25T02:30:00+02:00"
    assert time.ends_at.isoformat() == "2026-10-25T02:30:00+01:00"
