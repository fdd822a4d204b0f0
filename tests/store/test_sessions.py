"""Sessions: one open time at once, agreed by all, held when all say so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session as Database

from lti_tool.store import rounds, sessions
from lti_tool.store.engine import writing
from lti_tool.store.models import Membership, Session, SessionState
from lti_tool.store.rounds import GroupDraft, RefusedError

HOUR = timedelta(hours=1)


@pytest.fixture
def group(make, database, clock):
    """Publish one group of this size; give its memberships."""

    def group(size=2):
        course = make.course(learners=size)
        ids, context_id = [one.id for one in course.learners], course.context.id
        with writing(database):
            one = rounds.draft_round(
                database,
                context_id,
                groups=[
                    GroupDraft(
                        [rounds.member_id(one) for one in ids],
                        score=0,
                        common_minutes=0,
                        reasons=(),
                    )
                ],
                policy={},
                seed=0,
                week=date(2026, 11, 23),
                certificate={},
                now=clock(),
            )
            token = rounds.draft_token(one)
            rounds.publish_round(database, context_id, one.number, token=token, now=clock())
        return ids

    return group


@pytest.fixture
def step(database, clock):
    """Do one step of a session in a transaction of its own."""

    class Step:
        def propose(self, member, after=HOUR, **values):
            with writing(database):
                values = {"minutes": 60, "now": clock(), **values}
                starts_at = clock() + after
                return sessions.propose(database, member, starts_at=starts_at, **values).id

        def accept(self, member, one):
            with writing(database):
                return sessions.accept(database, member, one, now=clock()).state

        def decline(self, member, one):
            with writing(database):
                return sessions.decline(database, member, one).state

        def met(self, member, one):
            with writing(database):
                return sessions.say_met(database, member, one, now=clock())

        def take_back(self, member, one):
            with writing(database):
                return sessions.take_back_met(database, member, one).state

        def state(self, one):
            return database.get_one(Session, one, populate_existing=True).state

    return Step()


@pytest.fixture
def refusal():
    """Expect a refusal and give its code."""

    def refusal(code):
        class Expected:
            def __enter__(self):
                self.raised = pytest.raises(RefusedError)
                self.info = self.raised.__enter__()

            def __exit__(self, *error):
                caught = self.raised.__exit__(*error)
                assert self.info.value.code == code
                return caught

        return Expected()

    return refusal


def test_a_time_is_agreed_when_everybody_accepts(group, step):
    ada, ben, cleo = group(3)
    one = step.propose(ada)
    assert step.accept(ben, one) is SessionState.PROPOSED
    assert step.accept(cleo, one) is SessionState.AGREED
    assert step.accept(cleo, one) is SessionState.AGREED


def test_a_session_is_held_when_everybody_says_so(group, step):
    ada, ben, cleo = group(3)
    one = step.propose(ada)
    step.accept(ben, one)
    step.accept(cleo, one)
    assert not step.met(ada, one)
    assert not step.met(ada, one)
    assert not step.met(ben, one)
    assert step.state(one) is SessionState.AGREED
    assert step.met(cleo, one)
    assert step.state(one) is SessionState.HELD
    assert not step.met(cleo, one)


def test_who_left_the_course_is_not_waited_for(group, step, database):
    ada, ben, cleo = group(3)
    with writing(database):
        database.get_one(Membership, cleo).is_active = False
    one = step.propose(ada)
    assert step.accept(ben, one) is SessionState.AGREED


def test_nobody_proposes_when_alone_or_without_a_group(group, step, make, database, refusal):
    ada, ben = group(2)
    stranger = make.member(make.context()).id
    with refusal("no_group"):
        step.propose(stranger)
    with writing(database):
        database.get_one(Membership, ben).is_active = False
    with refusal("alone"):
        step.propose(ada)


@pytest.mark.parametrize(
    ("after", "minutes", "code"),
    [
        (timedelta(0), 60, "time_passed"),
        (-HOUR, 60, "time_passed"),
        (timedelta(days=200), 60, "too_far"),
        (HOUR, 14, "wrong_length"),
        (HOUR, 241, "wrong_length"),
    ],
)
def test_a_time_must_make_sense(group, step, refusal, after, minutes, code):
    ada, _ = group()
    with refusal(code):
        step.propose(ada, after, minutes=minutes)


def test_a_proposal_is_answered_by_another_one(group, step, refusal):
    ada, ben = group()
    first = step.propose(ada)
    with refusal("session_open"):
        step.propose(ben, 2 * HOUR)
    second = step.propose(ben, 2 * HOUR, instead_of=first)
    assert step.state(first) is SessionState.CANCELLED
    with refusal("session_cancelled"):
        step.accept(ben, first)
    assert step.accept(ada, second) is SessionState.AGREED
    with refusal("session_agreed"):
        step.propose(ben, 3 * HOUR, instead_of=second)


def test_withdrawn_declined_and_cancelled_times_make_room(group, step):
    ada, ben = group()
    one = step.propose(ada)
    assert step.decline(ada, one) is SessionState.CANCELLED
    assert step.decline(ben, one) is SessionState.CANCELLED
    two = step.propose(ben)
    step.accept(ada, two)
    assert step.decline(ada, two) is SessionState.CANCELLED
    step.propose(ada)


def test_a_proposal_that_nobody_answered_makes_room_when_its_time_passed(
    group, step, clock, refusal
):
    ada, ben = group()
    one = step.propose(ada)
    clock.advance(2 * HOUR)
    with refusal("time_passed"):
        step.accept(ben, one)
    step.propose(ben)
    assert step.state(one) is SessionState.CANCELLED


def test_one_silent_partner_does_not_block_the_next_session(group, step, clock):
    ada, ben = group()
    one = step.propose(ada)
    step.accept(ben, one)
    clock.advance(3 * HOUR)
    step.met(ada, one)
    two = step.propose(ada)
    assert step.state(one) is SessionState.AGREED
    assert step.met(ben, one)
    assert step.state(two) is SessionState.PROPOSED


def test_only_an_agreed_session_can_be_held(group, step, refusal):
    ada, ben = group()
    one = step.propose(ada)
    with refusal("not_agreed"):
        step.met(ben, one)
    step.decline(ben, one)
    with refusal("session_cancelled"):
        step.met(ben, one)


def test_we_met_can_be_taken_back_until_it_counts(group, step, refusal):
    ada, ben = group()
    one = step.propose(ada)
    step.accept(ben, one)
    step.met(ada, one)
    with refusal("session_met"):
        step.decline(ben, one)
    step.take_back(ada, one)
    assert not step.met(ben, one)
    assert step.met(ada, one)
    with refusal("session_held"):
        step.take_back(ada, one)
    with refusal("session_held"):
        step.decline(ada, one)


def test_who_met_earlier_than_planned_held_it_then(group, step, clock, database):
    ada, ben = group()
    one = step.propose(ada, timedelta(days=3))
    step.accept(ben, one)
    clock.advance(HOUR)
    step.met(ada, one)
    step.met(ben, one)
    held = database.get_one(Session, one, populate_existing=True)
    assert held.starts_at == clock()


def test_sessions_of_other_groups_are_unknown(group, step, refusal):
    ada, _ = group()
    _, dora = group()
    one = step.propose(ada)
    for act in (step.accept, step.decline, step.met, step.take_back):
        with refusal("session_unknown"):
            act(dora, one)
    assert step.state(one) is SessionState.PROPOSED


def test_held_sessions_are_counted_by_round(group, step, database):
    ada, ben = group()
    for _ in range(2):
        one = step.propose(ada)
        step.accept(ben, one)
        step.met(ada, one)
        step.met(ben, one)
    assert list(sessions.held_by_round(database, ada).values()) == [2]
    carl, _ = group()
    assert list(sessions.held_by_round(database, carl).values()) == [0]


def test_all_answers_at_the_same_moment_are_heard(app, group, step, clock):
    members = group(5)
    one = step.propose(members[0])
    engine = app.extensions["peerloom"].engine

    def accept(member):
        with Database(engine) as database, writing(database):
            return sessions.accept(database, member, one, now=clock()).state

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(accept, members[1:]))
    assert answers.count(SessionState.AGREED) == 1
    assert step.state(one) is SessionState.AGREED


def test_of_two_proposals_at_the_same_moment_one_stays(app, group, step, clock, database):
    members = group(2)
    engine = app.extensions["peerloom"].engine

    def propose(member):
        with Database(engine) as own, writing(own):
            sessions.propose(own, member, starts_at=clock() + HOUR, minutes=60, now=clock())

    with ThreadPoolExecutor(2) as pool:
        errors = [future.exception() for future in [pool.submit(propose, one) for one in members]]
    assert [type(error) for error in errors if error] == [RefusedError]
    assert len(database.query(Session).filter_by(state=SessionState.PROPOSED).all()) == 1
