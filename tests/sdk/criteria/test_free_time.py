"""Common time: to the minute in every zone, in as few bits as the answers need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Availability, Member, Policy, common_minutes, score_matrix
from peerloom.criteria import FreeTime
from peerloom.weeks import common_minutes_matrix

TIME = Policy(name="time", weights={"availability": 1}, enough_minutes=120)
EUROPE_CHANGES = date(2026, 3, 23)


def free(text, zone="UTC"):
    return Member(id=f"{text} {zone}", timezone=zone, availability=Availability.parse(text))


def shared(time, one, other):
    return int(np.bitwise_count(time.bits[one] & time.bits[other]).sum()) * time.minutes


@settings(max_examples=50)
@given(data=st.data())
def test_shared_bits_are_common_minutes(people, weeks, free_minutes, data):
    members, week = data.draw(people), data.draw(weeks)
    time = FreeTime.of(members, week)
    assert len(time.bits) == len(members)
    said = [free_minutes(member, week) for member in members]
    for one in range(len(members)):
        for other in range(one):
            assert shared(time, one, other) == len(said[one] & said[other])


@settings(max_examples=40)
@given(data=st.data())
def test_it_says_the_same_as_common_minutes(people, weeks, data):
    members, week = data.draw(people.filter(lambda some: len(some) > 1)), data.draw(weeks)
    time = FreeTime.of(members, week)
    assert shared(time, 0, 1) == common_minutes(members[:2], week)
    assert shared(time, 0, 1) == common_minutes_matrix(members, week)[0, 1]


@pytest.mark.parametrize(
    ("times", "minutes", "words"),
    [
        (("Mon 18:00-20:00", "Mon 19:00-21:00"), 60, 1),
        (("Mon 18:30-20:30", "Mon 19:30-21:30"), 60, 1),
        (("Mon 18:00-20:00", "Mon 19:30-21:00"), 30, 1),
        (("Mon 18:00-20:00", "Mon 18:07-20:00"), 1, 2),
        (("Mon-Sun 00:00-24:00", "Mon-Sun 00:00-24:00"), 1440, 1),
        (("Mon 18:00-20:00", "Tue 18:00-20:00"), 120, 1),
    ],
)
def test_a_bit_is_as_long_as_the_answers_allow(times, minutes, words):
    time = FreeTime.of([free(text) for text in times], EUROPE_CHANGES)
    assert (time.minutes, time.bits.shape) == (minutes, (2, words))


def test_a_stretch_in_which_only_one_is_free_takes_no_bit():
    alone = FreeTime.of([free("Mon 00:00-23:00"), free("Tue 00:00-23:01")], EUROPE_CHANGES)
    assert not alone.bits.any()
    both = FreeTime.of([free("Mon 00:00-23:00"), free("Mon 22:00-23:01")], EUROPE_CHANGES)
    assert np.bitwise_count(both.bits).tolist() == [[60], [60]]


def test_half_hours_and_quarters_of_zones_count():
    nepal, berlin = free("Mon 18:00-20:00", "Asia/Kathmandu"), free("Mon 14:00-16:00", "Etc/GMT-2")
    time = FreeTime.of([nepal, berlin], EUROPE_CHANGES)
    assert (time.minutes, shared(time, 0, 1)) == (15, 105)


def test_a_skipped_hour_is_nobody_s_and_a_repeated_one_counts_twice():
    night = free("Sun 01:00-05:00", "Europe/Berlin")
    for week, hours in ((date(2026, 3, 23), 3), (date(2026, 10, 19), 5), (date(2026, 6, 1), 4)):
        time = FreeTime.of([night, night], week)
        assert shared(time, 0, 1) == 60 * hours


def test_nobody_has_said_anything():
    time = FreeTime.of([Member(id="a"), Member(id="b")], EUROPE_CHANGES)
    assert not time.bits.any()
    assert FreeTime.of([], EUROPE_CHANGES).bits.shape[0] == 0
    assert not score_matrix([Member(id="a"), free("Mon 10:00-20:00")], TIME).any()


def test_common_time_counts_up_to_enough():
    times = ("Mon 10:00-20:00", "Mon 10:00-11:00", "Mon 10:00-12:00", "", "Mon 10:00-18:00")
    assert score_matrix([free(text) for text in times], TIME)[0].tolist() == [
        0, 6000, 12_000, 0, 12_000
    ]  # fmt: skip


def test_enough_need_not_be_a_whole_number_of_bits():
    policy = replace(TIME, enough_minutes=100)
    members = [free("Mon 10:00-12:00"), free("Mon 11:00-13:00"), free("Mon 09:00-12:00")]
    assert score_matrix(members, policy)[0].tolist() == [0, 7200, 12_000]


@settings(max_examples=40)
@given(data=st.data())
def test_hiding_free_time_never_pays(a_group, availabilities, weeks, data):
    """With any more free time, no pair of the member is worth less."""
    ada, *others = data.draw(a_group)
    more = Availability(ada.availability.slots + data.draw(availabilities).slots)
    week = data.draw(weeks)
    before = score_matrix([ada, *others], TIME, week)
    after = score_matrix([replace(ada, availability=more), *others], TIME, week)
    assert (after >= before).all()


def test_thousands_of_people_are_packed_in_parts():
    """At one-minute steps a part holds a hundred people."""
    members = [
        free(f"Mon {number % 24}:{number % 59:02d}-23:59; Thu 06:00-{number % 17 + 7}:00")
        for number in range(500)
    ]
    time = FreeTime.of(members, EUROPE_CHANGES)
    assert time.minutes == 1
    expected = common_minutes_matrix(members, EUROPE_CHANGES)
    for one, other in ((0, 499), (3, 103), (104, 105), (250, 400)):
        assert shared(time, one, other) == expected[one, other]
