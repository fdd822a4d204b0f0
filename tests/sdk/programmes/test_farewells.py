"""Why a group ends is said in a way that tells nobody who wanted what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peerloom.members import Member
from peerloom.mentoring.closing import Ending
from peerloom.programmes.drawing import draw_repair, draw_round, keep_draft, keep_repair
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.farewells import ending_of
from peerloom.programmes.feedback import ask_switch
from peerloom.programmes.membership import join, leave
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = MONDAY + timedelta(days=7)


def drawn(programme, at):
    pairing = draw_round(programme, now=at, seed=1, week=at.date())
    return publish(keep_draft(programme, pairing, now=at), now=at)


def repaired(programme, at):
    return publish(keep_repair(programme, draw_repair(programme), now=at), now=at)


@pytest.fixture
def school():
    people = [Member(id=one, topics=("SQL",)) for one in "abcdef"]
    return drawn(join(Programme(name="School", private_seed=1), people, now=MONDAY)[0], MONDAY)


def test_a_round_that_is_over(school):
    assert {ending_of(school, one.id) for one in school.groups} == {Ending.ROUND_OVER}
    after = drawn(school, LATER)
    ended = [one.id for one in after.groups if one.ended_at is not None]
    assert len(ended) == 3
    assert {ending_of(after, one) for one in ended} == {Ending.ROUND_OVER}


def test_a_switch_at_the_end_of_a_round_is_told_to_nobody(school):
    group = school.current_group("a").id
    asked, _ = ask_switch(school, group, "a", now=MONDAY)
    assert ending_of(asked, group) is Ending.ROUND_OVER
    assert ending_of(drawn(asked, LATER), group) is Ending.ROUND_OVER


def test_a_switch_looks_like_any_other_repair(school):
    group = school.current_group("a").id
    asked, _ = ask_switch(school, group, "a", now=MONDAY)
    after = repaired(asked, LATER)
    ended = {one.id for one in after.groups if one.ended_at is not None}
    assert len(ended) > 1  # others moved, too, and read the same words
    assert {ending_of(after, one) for one in ended} == {Ending.SWITCH}


def test_somebody_left(school):
    group = school.current_group("a").id
    gone = leave(school, "a", now=LATER)
    assert ending_of(gone, group) is Ending.SOMEBODY_LEFT
    after = repaired(gone, LATER)
    assert ending_of(after, group) is Ending.SOMEBODY_LEFT
    # Whoever leaves after the end of a round is no reason for it.
    assert ending_of(leave(drawn(school, LATER), "a", now=LATER), group) is Ending.ROUND_OVER


def test_a_group_that_is_not_there(school):
    with pytest.raises(UnknownRecordError):
        ending_of(school, "group-9")
