"""Staff learn of nothing that the members of a group have not known for two days."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from peerloom.errors import PeerloomError
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.goal_changes import add_progress, let_go, meet
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.session_changes import accept, cancel, decline
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import Part
from peerloom.programmes.goals import change_goal, set_goal
from peerloom.programmes.membership import leave
from peerloom.programmes.sessions import (
    change_session,
    propose_session,
    record_session,
    settle_sessions,
)
from peerloom.programmes.views import health_of

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
STEP = timedelta(hours=6)
STAFF = Viewer.staff()


class Life:
    """A group in which anything may happen at any time."""

    def __init__(self, programme, seed):
        self.programme = programme
        (self.group,) = programme.current_groups
        self.draw = Random(seed)
        self.now = MONDAY
        self.deeds = [
            self.propose,
            self.speak,
            self.speak,
            self.speak,
            self.teach,
            self.aim,
            self.work,
            self.tell,
            self.leave,
        ]

    def step(self):
        self.now += STEP
        self.programme = settle_sessions(self.programme, now=self.now)
        if self.draw.random() < 0.2:
            with suppress(PeerloomError):  # not everything can be done at any time
                self.draw.choice(self.deeds)(self.draw.choice(self.group.members))
        self.programme = settle_sessions(self.programme, now=self.now)

    def any_session(self):
        return self.draw.choice(list(self.programme.sessions) or [None])

    def change(self, how):
        session = self.any_session()
        if session is not None:
            self.programme = change_session(self.programme, session.id, how)

    def propose(self, who):
        starts_at = self.now + timedelta(hours=self.draw.randint(1, 120))
        self.programme, _ = propose_session(
            self.programme, self.group.id, by=who, starts_at=starts_at, now=self.now
        )

    def tell(self, who):
        starts_at = self.now - timedelta(hours=self.draw.randint(2, 200))
        self.programme, _ = record_session(
            self.programme, self.group.id, by=who, starts_at=starts_at, minutes=60, now=self.now
        )

    def speak(self, who):
        met = self.draw.random() < 0.6
        said = self.draw.choice([accept, decline, cancel, None, None])
        self.change(
            lambda one: (
                confirm(one, who, now=self.now, met=met)
                if said is None
                else said(one, who, now=self.now)
            )
        )

    def teach(self, who):
        minutes = [self.draw.choice([0, 10, 40]) for _ in self.group.members]
        self.change(
            lambda one: describe(
                one,
                who,
                now=self.now,
                parts=tuple(
                    Part(member=member, taught=taught)
                    for member, taught in zip(one.members, minutes, strict=False)
                ),
            )
        )

    def aim(self, who):
        due = (self.now + timedelta(days=self.draw.randint(0, 30))).date()
        terms = GoalTerms(statement="x", measure=Measure(start=0, target=10), due=due)
        self.programme, _ = set_goal(self.programme, terms, now=self.now, member=who)

    def work(self, who):
        goals = list(self.programme.goals)
        if goals:
            value = self.draw.randint(0, 10)
            how = self.draw.choice(
                [
                    lambda one: add_progress(one, value, at=self.now, by=who),
                    lambda one: meet(one, now=self.now, by=who),
                    lambda one: let_go(one, now=self.now, by=who),
                ]
            )
            self.programme = change_goal(self.programme, self.draw.choice(goals).id, how)

    def leave(self, who):
        if self.draw.random() < 0.1:
            self.programme = leave(self.programme, who, now=self.now)


@pytest.mark.parametrize("seed", range(24))
def test_the_members_have_known_for_two_days(paired, seed):
    names = ("ada", "bo", "cy")[: 2 + seed % 2]
    life = Life(paired(names), seed)
    known_since = {}
    for _ in range(4 * 60):
        life.step()
        here = [one for one in names if life.programme.members[one].left_at is None]
        if len(here) < 2:
            break  # staff hear at once of a group that cannot mend it
        own = health_of(life.programme, life.group.id, Viewer(member=here[0]), now=life.now)
        rules = [one.rule for one in own.findings if not one.is_private]
        known_since = {rule: known_since.get(rule, life.now) for rule in rules}
        for one in health_of(life.programme, life.group.id, STAFF, now=life.now).findings:
            # What came about between two looks is seen at the second one.
            assert life.now - known_since[one.rule] > timedelta(hours=48) - STEP, one.rule
