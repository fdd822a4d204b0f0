"""Comparisons by the recorded lot of a round: drawn again, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.lottery import equally_good
from peerloom.members import Member
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.lots import compare_by_lot
from peerloom.mentoring.session_outcomes import confirm
from peerloom.policy import Policy
from peerloom.programmes.asking import ask
from peerloom.programmes.drawing import (
    current_pairing,
    draw_repair,
    draw_round,
    keep_draft,
    keep_repair,
    plan_rounds,
)
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.lot_figures import LotError, lots_of_round
from peerloom.programmes.membership import join
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.sessions import change_session, record_session

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = [
    Member(id=f"{number:02d}", level=1 + number % 2, teach=("SQL",) * (number < 9), learn=("SQL",))
    for number in range(16)
]


@pytest.fixture
def school():
    """Sixteen people whom nothing but a lot puts together."""
    policy = Policy(name="by lot", weights={"topics": 1})
    return join(Programme(name="S", private_seed=1, policy=policy), PEOPLE, now=MONDAY)[0]


def paired(programme, **options):
    drawn = draw_round(programme, now=MONDAY, seed=4, **options)
    return publish(keep_draft(programme, drawn, now=MONDAY), now=MONDAY)


def met(programme, place):
    group = programme.current_groups[place]
    now = MONDAY + 3 * DAY
    programme, session = record_session(
        programme, group.id, by=group.members[0], starts_at=now - DAY, minutes=60, now=now
    )
    return change_session(
        programme, session.id, lambda one: confirm(one, group.members[1], now=now)
    )


def test_the_comparison_is_that_of_the_draws_and_of_the_sessions(school):
    school = paired(school)
    for place in (0, 2, 3, 6):
        school = met(school, place)
    found = lots_of_round(school, count=120)
    assert list(found) == ["same_level", "can_teach", "common_hour"]
    held = {one.id: float(len(school.sessions.of_member(one.id))) for one in school.members}
    levels = {one.id: one.level for one in PEOPLE}
    teachers = {one.id for one in PEOPLE if one.teach}
    groupings = list(equally_good(current_pairing(school), count=120))
    assert found["same_level"] == compare_by_lot(
        groupings, held, lambda one, other: levels[one] == levels[other]
    )
    assert found["can_teach"] == compare_by_lot(
        groupings, held, lambda one, other: other in teachers
    )
    assert found["can_teach"].difference is not None
    # Nobody has said when they are free, so the lot gave nobody a common hour.
    assert found["common_hour"].people.value == 0


def test_what_was_not_left_to_this_lot_is_refused(school):
    week = MONDAY.date()
    planned = plan_rounds(school, rounds=3, seed=9, week=week).rounds[1]
    rotated = publish(keep_draft(school, planned, now=MONDAY), now=MONDAY)
    asked = paired(ask(school, "00", "01", now=MONDAY - DAY))
    changed = paired(school)
    changed = changed.put(
        "members",
        *(
            replace(one, profile=replace(one.profile, topics=("music",)))
            for one in changed.members
            if one.id in ("00", "05", "07", "11")
        ),
    )
    late, _ = join(paired(school), [Member(id="late"), Member(id="later")], now=MONDAY + DAY)
    repaired = publish(
        keep_repair(late, draw_repair(late, seed=1), now=MONDAY + DAY), now=MONDAY + DAY
    )
    for lost in (rotated, asked, changed, repaired):
        with pytest.raises(LotError, match="cannot be drawn again"):
            lots_of_round(lost, count=100)


def test_an_ask_of_both_sides_is_kept_with_the_round(school):
    asked = ask(ask(school, "00", "01", now=MONDAY - DAY), "01", "00", now=MONDAY - DAY)
    assert lots_of_round(paired(asked), count=100)["same_level"].draws == 100


def test_before_a_round_and_with_few_draws_there_is_nothing(school):
    with pytest.raises(ProgrammeError):
        lots_of_round(school)
    with pytest.raises(ImpactError, match="100"):
        lots_of_round(paired(school), count=99)
