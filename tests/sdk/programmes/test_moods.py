"""What staff learn of moods: nothing of a single person, also not by looking twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.members import Member
from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.errors import MomentError
from peerloom.programmes.erasing import erase
from peerloom.programmes.membership import join, leave, pause
from peerloom.programmes.moods import moods_for_staff
from peerloom.programmes.programme import Programme

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = tuple(f"m{number:02}" for number in range(20))


def answers(member, mood, *days):
    return [
        CheckIn(id=f"{member}-{day}", group="g", member=member, at=MONDAY + day * DAY, mood=mood)
        for day in days
    ]


def school(low):
    programme = Programme(name="Evening school", private_seed=1)
    programme, _ = join(programme, [Member(id=name) for name in NAMES], now=MONDAY - 30 * DAY)
    said = [
        one
        for place, name in enumerate(NAMES)
        for one in answers(name, 1 if place < low else 5, -12, -9, -6, -3)
    ]
    return programme.put("check_ins", *said)


def test_they_are_counted_over_the_whole_programme_in_steps_of_five():
    assert moods_for_staff(school(8), now=MONDAY).values == {"known": 20, "count": 5}
    assert moods_for_staff(school(4), now=MONDAY).code == "moods_hidden"
    empty = replace(
        school(0), check_ins=school(0).check_ins.drop({one.id for one in school(0).check_ins})
    )
    assert moods_for_staff(empty, now=MONDAY) is None


@given(
    low=st.integers(0, 20),
    who=st.sampled_from(NAMES),
    mood=st.integers(1, 5),
    days=st.integers(0, 6),
)
def test_whatever_one_person_does_in_a_week_staff_see_nothing_of_it(low, who, mood, days):
    programme = school(low)
    now = MONDAY + days * DAY + timedelta(hours=9)
    before = moods_for_staff(programme, now=now)
    said = programme.put("check_ins", *answers(who, mood, 0.1, 0.2, 0.3, 0.4))
    assert moods_for_staff(said, now=now) == before
    for change in (pause, leave):
        assert moods_for_staff(change(said, who, now=now), now=now) == before


def test_in_the_next_week_those_who_left_count_no_more():
    programme = school(10)
    for name in NAMES[:5]:
        programme = leave(programme, name, now=MONDAY + DAY)
    after = moods_for_staff(programme, now=MONDAY + 7 * DAY)
    assert after.values == {"known": 15, "count": 5}
    programme = erase(programme, NAMES[0], now=MONDAY + 7 * DAY)
    assert moods_for_staff(programme, now=MONDAY + 7 * DAY) == after


def test_a_present_without_its_zone_is_refused():
    with pytest.raises(MomentError):
        moods_for_staff(school(1), now=MONDAY.replace(tzinfo=None))
