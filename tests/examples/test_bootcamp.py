"""The bootcamp of the examples: what happened in it, and what its story says."""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter
from itertools import combinations

import pytest

from examples import pretending
from examples.bootcamp.course import FIRST_MONDAY, moment
from examples.bootcamp.story import tell
from peerloom.mentoring.sessions import SessionState


@pytest.fixture(scope="module")
def story(course):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        tell(course)
    return out.getvalue()


def members_of(week):
    return [member for group in week.programme.current_groups for member in group.members]


def test_twelve_weeks_of_31_students_of_whom_two_leave_and_one_comes(course):
    last = course[-1].programme
    assert [week.number for week in course] == list(range(1, 13))
    assert FIRST_MONDAY.strftime("%A") == "Monday"
    assert len(last.members) == 32
    assert [one.id for one in last.members if one.left_at is not None] == ["s16", "s23"]
    assert [one.id for one in last.members if one.joined_at > moment(1, 6, 0)] == ["s32"]
    assert [len(members_of(week)) for week in course] == [31] * 3 + [30] + [31] * 3 + [30] * 5


def test_everybody_is_in_one_group_each_week(course):
    for week in course:
        seats = Counter(members_of(week))
        assert set(seats) == {one.id for one in week.programme.members if one.takes_part}
        assert set(seats.values()) == {1}


def test_nobody_meets_the_same_partner_twice(course):
    programme = course[-1].programme
    met = Counter(
        pair
        for group in programme.groups
        if any(s.state is SessionState.HELD for s in programme.sessions if s.group == group.id)
        for pair in combinations(group.members, 2)
    )
    assert len(met) > 100
    assert set(met.values()) == {1}


def test_the_third_seat_goes_round(course):
    groups = course[-1].programme.groups
    seats = Counter(one for group in groups if len(group.members) == 3 for one in group.members)
    assert sum(seats.values()) >= 18
    assert max(seats.values()) <= 2


def test_a_change_on_tuesday_touches_few_groups(course):
    changed = {week.number: week.repaired for week in course if week.repaired}
    assert set(changed) == {4, 5, 8}
    assert max(changed.values()) <= 2


def test_its_story_tells_every_part(story):
    headings = re.findall(r"^(.+)\n-{5,}$", story, re.MULTILINE)
    assert [re.sub(r"\d+", "N", heading) for heading in headings] == [
        "Twelve weeks, twelve rounds",
        "What Tomasz Kowalczyk sees",
        "What staff see on the Sunday of week N",
        "What became of it",
    ]
    for sentence in (
        "The plan of the second session",
        "this time",
        "What would help:",
        "people who got this reminder",
        "no proof that",
    ):
        assert sentence in " ".join(story.split())


def test_its_story_fits_a_terminal(story):
    assert max(map(len, story.splitlines())) <= 92


def test_its_story_holds_nothing_that_somebody_wrote_for_a_partner(course, story):
    words = [*pretending.GOOD, *pretending.WANTS]
    written = {one.good for one in course[-1].programme.check_ins}
    assert written <= set(words)
    assert len(written) > 1
    assert [one for one in words if one in " ".join(story.split())] == []
