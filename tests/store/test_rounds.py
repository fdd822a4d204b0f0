"""Rounds: drafted in the place of an older draft, published as a whole, never half."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lti_tool.store import rounds
from lti_tool.store.engine import writing
from lti_tool.store.models import Group, Role, Round, RoundState, Seat, Session, SessionAnswer
from lti_tool.store.rounds import GroupDraft, RefusedError
from peerloom import pair

WEEK = date(2026, 11, 23)


@pytest.fixture
def course(make):
    return make.course(learners=5)


@pytest.fixture
def draft(database, clock):
    """Draft a round of pairs (and a last trio) in the order of the memberships."""

    def draft(context, members, *, seed=0):
        ids = [rounds.member_id(member.id) for member in members]
        cut = [ids[start : start + 2] for start in range(0, len(ids) - 1, 2)]
        if len(ids) % 2:
            cut[-1].append(ids[-1])
        context_id = context.id
        with writing(database):
            one = rounds.draft_round(
                database,
                context_id,
                groups=[GroupDraft(group, score=0, common_minutes=0, reasons=()) for group in cut],
                policy={"name": "meetup"},
                seed=seed,
                week=WEEK,
                certificate={},
                now=clock(),
            )
            return one.number, rounds.draft_token(one)

    return draft


@pytest.fixture
def publish(database, clock):
    def publish(context, number, token):
        context_id = context.id
        with writing(database):
            return rounds.publish_round(
                database, context_id, number, token=token, now=clock()
            ).state

    return publish


def states(database, context):
    found = database.scalars(select(Round).filter_by(context_id=context.id).order_by(Round.number))
    return [one.state for one in found]


def test_everybody_of_a_pairing_has_one_seat(database, course, clock):
    people = rounds.learners(database, course.context.id)
    pairing = pair([rounds.as_member(person) for person in people])
    ids, context_id = {person.id for person in people}, course.context.id
    with writing(database):
        rounds.draft_round(
            database,
            context_id,
            groups=[
                GroupDraft(
                    group.members,
                    score=group.score,
                    common_minutes=group.common_minutes,
                    reasons=[rounds.stored_reason(one) for one in pairing.explain(group)],
                )
                for group in pairing.groups
            ],
            policy={},
            seed=0,
            week=WEEK,
            certificate=pairing.certificate().to_dict(),
            now=clock(),
        )
    seats = database.scalars(select(Seat.membership_id)).all()
    assert sorted(seats) == sorted(ids)
    for group in database.scalars(select(Group)):
        assert {"code", "template", "values", "points"} == set(group.reasons[0])


def test_reasons_hold_ids_instead_of_names(database, make, course):
    one = make.member(course.context, name="Ada Lovelace", profile={"teach": ["SQL"]})
    assert rounds.as_member(one).display_name == f"member-{one.id}"
    assert rounds.membership_id(f"member-{one.id}") == one.id
    with pytest.raises(ValueError, match="not a member id"):
        rounds.membership_id("ada")


def test_a_new_draft_takes_the_place_of_the_old_one(database, course, draft):
    first, _ = draft(course.context, course.learners)
    second, _ = draft(course.context, course.learners, seed=1)
    assert (first, second) == (1, 1)
    assert states(database, course.context) == [RoundState.DRAFT]
    assert len(database.scalars(select(Group)).all()) == 2
    assert len(database.scalars(select(Seat)).all()) == 5


def test_publishing_closes_the_round_before(database, course, draft, publish):
    for _ in range(2):
        assert publish(course.context, *draft(course.context, course.learners)) == "published"
    assert states(database, course.context) == [RoundState.CLOSED, RoundState.PUBLISHED]


def test_the_published_round_stays_while_there_is_a_draft(database, course, draft, publish):
    publish(course.context, *draft(course.context, course.learners))
    draft(course.context, course.learners)
    assert states(database, course.context) == [RoundState.PUBLISHED, RoundState.DRAFT]
    seat = rounds.seat_of(database, course.learners[0].id)
    assert seat is not None
    assert seat.group.round.number == 1


def test_publishing_twice_changes_nothing(course, draft, publish, clock, database):
    number, token = draft(course.context, course.learners)
    publish(course.context, number, token)
    published_at = database.scalars(select(Round.published_at)).one()
    clock.advance(timedelta(hours=1))
    assert publish(course.context, number, token) is RoundState.PUBLISHED
    assert database.scalars(select(Round.published_at)).one() == published_at


def test_only_the_draft_that_was_seen_is_published(database, course, draft, publish, clock):
    number, seen = draft(course.context, course.learners)
    clock.advance(timedelta(seconds=1))
    draft(course.context, course.learners)
    with pytest.raises(RefusedError) as refused:
        publish(course.context, number, seen)
    assert refused.value.code == "draft_changed"
    assert states(database, course.context) == [RoundState.DRAFT]


def test_a_draft_with_somebody_who_left_is_not_published(database, course, draft, publish, make):
    number, token = draft(course.context, course.learners)
    course.learners[0].is_active = False
    make.save(course.learners[0])
    with pytest.raises(RefusedError) as refused:
        publish(course.context, number, token)
    assert refused.value.code == "members_left"
    assert states(database, course.context) == [RoundState.DRAFT]


@pytest.mark.parametrize(
    "change", [{"role": Role.STAFF}, {"is_active": False}, {"is_test_user": True}]
)
def test_only_learners_are_paired(database, make, course, change):
    member = course.learners[0]
    for name, value in change.items():
        setattr(member, name, value)
    make.save(member)
    assert member not in rounds.learners(database, course.context.id)


def test_a_draft_of_another_course_is_refused(database, make, course, draft):
    stranger = make.course(learners=1)
    with pytest.raises(RefusedError) as refused:
        draft(course.context, [*course.learners[:1], *stranger.learners])
    assert refused.value.code == "members_left"
    assert states(database, course.context) == []


def test_rounds_of_another_course_are_unknown(database, make, course, draft, publish):
    number, token = draft(course.context, course.learners)
    other = make.course(learners=2)
    assert rounds.round_by_number(database, other.context.id, number) is None
    with pytest.raises(RefusedError) as refused:
        publish(other.context, number, token)
    assert refused.value.code == "round_unknown"


def test_discarding_deletes_the_draft_and_nothing_else(database, course, draft, publish):
    publish(course.context, *draft(course.context, course.learners))
    number, token = draft(course.context, course.learners)
    context_id = course.context.id
    with writing(database):
        rounds.discard_round(database, context_id, number, token=token)
    assert states(database, course.context) == [RoundState.PUBLISHED]
    assert len(database.scalars(select(Seat)).all()) == 5


def test_a_published_round_is_not_discarded(database, course, draft, publish):
    number, token = draft(course.context, course.learners)
    publish(course.context, number, token)
    context_id = course.context.id
    with pytest.raises(RefusedError) as refused, writing(database):
        rounds.discard_round(database, context_id, number, token=token)
    assert refused.value.code == "already_published"


def test_history_is_what_was_published(database, course, draft, publish):
    publish(course.context, *draft(course.context, course.learners))
    publish(course.context, *draft(course.context, course.learners[::-1]))
    draft(course.context, course.learners)
    past = rounds.history(database, course.context.id)
    first, second, *_, last = [rounds.member_id(one.id) for one in course.learners]
    assert len(past.rounds) == 2
    assert past.times_met(first, second) == 2
    assert past.times_met(first, last) == 0
    closed = rounds.closed_rounds(database, course.context.id)
    assert [one.number for one in closed] == [1]


def say_they_met(database, group, clock):
    """Let the first member of a group say that a session was held."""
    member = group.seats[0].membership_id
    now = clock()
    session = Session(
        group=group,
        starts_at=now - timedelta(hours=1),
        minutes=60,
        proposed_by_id=member,
        created_at=now,
        answers=[SessionAnswer(membership_id=member, met_at=now)],
    )
    database.add(session)
    database.commit()


def test_partners_who_never_met_may_be_partners_again(database, course, draft, publish, clock):
    publish(course.context, *draft(course.context, course.learners))
    met, missed = rounds.open_round(database, course.context.id, RoundState.PUBLISHED).groups
    one, other, *trio = [rounds.member_id(person.id) for person in course.learners]

    def times_met():
        past = rounds.history(database, course.context.id)
        return past.times_met(one, other), past.times_met(*trio[:2])

    say_they_met(database, met, clock)
    assert times_met() == (1, 1)  # the round is not over: the others may meet yet
    publish(course.context, *draft(course.context, course.learners[::-1]))
    # In the new round the first two sit together again; the old trio never met.
    assert times_met() == (2, 0)
    assert len(missed.seats) == 3
    seats = rounds.history(database, course.context.id).trio_seats([one, *trio])
    assert seats.tolist() == [1, 2, 1, 1]  # both trios count, met or not


def test_a_course_that_records_no_sessions_still_has_a_history(database, course, draft, publish):
    publish(course.context, *draft(course.context, course.learners))
    publish(course.context, *draft(course.context, course.learners[::-1]))
    past = rounds.history(database, course.context.id, before=2)
    one, other = [rounds.member_id(person.id) for person in course.learners[:2]]
    assert len(past.rounds) == 1
    assert past.times_met(one, other) == 1


def test_nobody_meets_the_same_partner_again_while_there_is_another(database, make, clock, course):
    four = make.course(learners=4).learners
    context_id = four[0].context_id
    met = set()
    for _ in range(3):
        people = [rounds.as_member(one) for one in rounds.learners(database, context_id)]
        pairing = pair(people, history=rounds.history(database, context_id))
        groups = [
            GroupDraft(group.members, score=0, common_minutes=0, reasons=())
            for group in pairing.groups
        ]
        with writing(database):
            one = rounds.draft_round(
                database,
                context_id,
                groups=groups,
                policy={},
                seed=0,
                week=WEEK,
                certificate={},
                now=clock(),
            )
            token = rounds.draft_token(one)
            rounds.publish_round(database, context_id, one.number, token=token, now=clock())
        met |= {frozenset(group.members) for group in pairing.groups}
    assert len(met) == 6
