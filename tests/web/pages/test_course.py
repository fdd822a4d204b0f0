"""The course page and the rounds: pair, look, publish."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lti_tool.store.models import Job, Round, RoundState, SessionState


def test_an_empty_course_says_what_to_do(visit, make):
    page = visit(make.course().staff).open("course")
    assert page.status == 200
    assert page.heading == "Your course is not paired yet"
    assert "No learners yet." in page.text
    assert not page.offers("/rounds")


def test_the_first_screen_says_how_many_and_who_answered(visit, course, make, clock):
    course.context.roster_read_at = clock() - timedelta(minutes=2)
    make.save(course.context)
    make.member(course.context, name="Silent")
    page = visit(course.staff).open("course")
    assert "5 learners, read from the course 2 minutes ago." in page.text
    assert "4 have told us about themselves." in page.text
    assert "Pair 5 learners" in page.text
    assert "one group will be a trio" in page.text


def test_reading_the_people_is_shown_and_can_be_asked_for(visit, course, make, database):
    teacher = visit(course.staff)
    assert not teacher.open("course").offers("/roster")
    course.context.memberships_url = "https://lms.example.edu/members"
    make.save(course.context)
    page = teacher.press(teacher.open("course"), "/roster")
    assert "Reading the people of the course" in page.text
    assert 'http-equiv="refresh"' in page.html
    assert not page.offers("/roster")
    job = database.query(Job).one()
    assert (job.kind, job.payload) == ("roster", {"context_id": course.context.id})


def test_a_roster_that_takes_long_is_not_waited_for_in_front_of_the_page(
    visit, course, make, clock
):
    course.context.memberships_url = "https://lms.example.edu/members"
    make.save(course.context)
    teacher = visit(course.staff)
    teacher.post("roster")
    clock.advance(timedelta(minutes=3))
    page = teacher.open("course")
    assert "takes longer than usual" in page.text
    assert 'http-equiv="refresh"' not in page.html


def test_a_roster_that_failed_says_so_and_can_be_tried_again(visit, course, make, database, clock):
    course.context.memberships_url = "https://lms.example.edu/members"
    make.save(course.context)
    teacher = visit(course.staff)
    teacher.post("roster")
    job = database.query(Job).one()
    job.last_error, job.finished_at = "service_down: 503", clock()
    database.commit()
    page = teacher.open("course")
    assert "The course did not give us its people." in page.text
    assert "service_down: 503" in page.text
    assert "Reading the people" in teacher.press(page, "/roster").text


def test_pairing_needs_a_preset_and_two_people(visit, course, make):
    teacher = visit(course.staff)
    page = teacher.post("rounds", preset="nonsense")
    assert page.status == 422
    assert "Choose what your course is like." in page.text
    lonely = make.course(learners=1)
    page = visit(lonely.staff).post("rounds", preset="meetup")
    assert page.status == 422
    assert "at least two learners" in page.text


@pytest.mark.parametrize("preset", ["bootcamp", "meetup", "career"])
def test_a_draft_shows_groups_reasons_and_certificate(visit, course, database, preset):
    teacher = visit(course.staff)
    page = teacher.press(teacher.open("course"), "/rounds", preset=preset)
    for name in ("Ada", "Ben", "Cleo", "Dora"):
        assert name in page.text
    assert "Common free time each week: 10 h." in page.text
    assert "it is proven that none is higher" in page.text
    assert "Every group has at least one hour a week" in page.text
    assert (
        f"Made with: {preset.title()}, seed 0, times of the week of November 23, 2026" in page.text
    )
    assert "member-" not in page.text
    assert database.query(Round).one().state is RoundState.DRAFT
    assert teacher.open("course").heading == "Your groups are ready to look at"


def test_pairing_again_takes_another_seed_and_preset(visit, course, database):
    teacher = visit(course.staff)
    page = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    page = teacher.press(page, "/rounds", preset="career")
    assert "Made with: Career, seed 1" in page.text
    assert database.query(Round).count() == 1


def test_groups_to_look_at_come_first(visit, make):
    course = make.course()
    for name, times in (("Ada", "Mon 18:00-20:00"), ("Ben", "Mon 18:00-20:00")):
        make.member(course.context, name=name, profile={"availability": times, "learn": ["x"]})
    for name, times in (("Cleo", "Tue 08:00-09:00"), ("Dora", "Wed 08:00-09:00")):
        make.member(course.context, name=name, profile={"availability": times, "topics": ["y"]})
    teacher = visit(course.staff)
    page = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    assert "1 deserves a look first" in page.text
    assert page.text.index("Cleo and Dora") < page.text.index("Ada and Ben")
    assert "No common hour" in page.text


def test_publishing_shows_how_the_pairs_are_doing(visit, course, database):
    teacher = visit(course.staff)
    draft = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    page = teacher.press(draft, "/publish")
    assert page.heading == "How your pairs are doing"
    assert "0 of 2 groups have met at least once." in page.text
    assert database.query(Round).one().state is RoundState.PUBLISHED
    assert not teacher.open("rounds/1").offers("/publish")


def test_a_gap_is_rounded_up_and_never_hidden(visit, course, database):
    teacher = visit(course.staff)
    page = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    assert "gap to the limit 0.00%" in page.text
    draft = database.query(Round).one()
    draft.certificate = {**draft.certificate, "score": 999_999, "upper_bound": 1_000_000}
    database.commit()
    page = teacher.open("rounds/1")
    assert "999,999" in page.text
    assert "1,000,000" in page.text
    assert "0.01%" in page.text


def test_groups_without_a_session_need_a_look_after_three_days(visit, course, clock):
    teacher = visit(course.staff)
    teacher.press(teacher.press(teacher.open("course"), "/rounds", preset="bootcamp"), "/publish")
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert "need a look from you" not in visit(course.staff).open("course").text
    clock.advance(timedelta(seconds=1))
    assert "2 need a look from you." in visit(course.staff).open("course").text


def test_publishing_a_draft_that_somebody_replaced_is_refused(visit, course, clock, database):
    teacher = visit(course.staff)
    seen = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    clock.advance(timedelta(seconds=1))
    teacher.post("rounds", preset="career")
    page = teacher.press(seen, "/publish")
    assert page.status == 409
    assert "Somebody made another draft meanwhile." in page.text
    assert database.query(Round).one().state is RoundState.DRAFT
    assert teacher.press(page, "/publish").heading == "How your pairs are doing"


def test_publishing_after_somebody_left_asks_to_pair_again(visit, course, make, database):
    teacher = visit(course.staff)
    draft = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    course.learners[0].is_active = False
    make.save(course.learners[0])
    page = teacher.press(draft, "/publish")
    assert page.status == 409
    assert "Pair again, please." in page.text
    assert database.query(Round).one().state is RoundState.DRAFT


def test_a_discarded_draft_is_gone(visit, course, database):
    teacher = visit(course.staff)
    draft = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    assert teacher.press(draft, "/discard").heading == "Your course is not paired yet"
    assert database.query(Round).count() == 0
    page = teacher.press(draft, "/publish")
    assert page.status == 409
    assert "This draft is gone." in page.text
    assert teacher.open("rounds/1").status == 404


def test_the_next_round_avoids_repeats_and_keeps_the_old_one_until_published(
    visit, course, publish, mates
):
    teacher = publish(course)
    before = {member.user.name: mates(member)[0].user.name for member in course.learners}
    draft = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    assert "Nobody is with somebody from an earlier round again." in draft.text
    assert mates(course.learners[0])[0].user.name == before["Ada"]
    page = teacher.press(draft, "/publish")
    after = {member.user.name: mates(member)[0].user.name for member in course.learners}
    assert all(after[name] != before[name] for name in before)
    assert any(link.endswith("/rounds/1") for link in page.links)
    assert "This round is over." in teacher.open("rounds/1").text


def test_who_joined_later_or_takes_a_break_is_named(visit, course, publish, make):
    teacher = publish(course)
    make.member(course.context, name="Late")
    make.member(course.context, name="Resting", profile={"is_paused": True})
    page = teacher.open("course")
    assert (
        "1 learner joined later or was on a break, and waits for the next round: Late" in page.text
    )
    assert "1 learner asked to skip a round: Resting" in page.text


def test_who_joined_after_the_draft_is_named_on_it(visit, course, make):
    teacher = visit(course.staff)
    teacher.post("rounds", preset="bootcamp")
    make.member(course.context, name="Late")
    assert "Pair again to include them: Late" in teacher.open("rounds/1").text


def test_a_group_whose_members_left_comes_first(visit, course, publish, make):
    teacher = publish(course)
    course.learners[3].is_active = False
    make.save(course.learners[3])
    page = teacher.open("course")
    assert "Nobody to meet: pair again" in page.text
    assert "Dora has left the course." in page.text


@pytest.mark.parametrize(
    ("state", "hours", "said"),
    [
        (SessionState.PROPOSED, 5, "Time proposed"),
        (SessionState.AGREED, 5, "Session agreed"),
        (SessionState.AGREED, -5, "Waiting to hear whether they met"),
        (SessionState.HELD, -5, "Has met"),
    ],
)
def test_groups_show_how_far_they_are(visit, course, publish, database, clock, state, hours, said):
    from lti_tool.store.models import Group, Session

    teacher = publish(course)
    group = database.query(Group).first()
    database.add(
        Session(
            group=group,
            state=state,
            starts_at=clock() + timedelta(hours=hours),
            minutes=45,
            proposed_by_id=group.seats[0].membership_id,
            created_at=clock(),
        )
    )
    database.commit()
    page = teacher.open("course")
    assert said in page.text
    assert f"{'1' if hours < 0 and state is SessionState.HELD else '0'} of 2 groups" in page.text


def test_a_thousand_people_are_shown_in_pages(visit, make, database):
    course = make.course()
    for number in range(120):
        make.database.add(
            make_member(course, number),
        )
    make.database.commit()
    teacher = visit(course.staff)
    teacher.post("rounds", preset="meetup")
    first, second = teacher.open("rounds/1"), teacher.open("rounds/1?page=2")
    assert first.html.count("<h3") == 50
    assert second.html.count("<h3") == 10
    assert teacher.open("rounds/1?page=77").html.count("<h3") == 10
    assert teacher.open("rounds/1?page=x").html.count("<h3") == 50


def make_member(course, number):
    from lti_tool.store.models import Membership, Role, User

    user = User(
        registration_id=course.context.deployment.registration_id,
        subject=f"many-{number}",
        name=f"Many {number}",
    )
    return Membership(context=course.context, user=user, role=Role.LEARNER)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_database_holds_is_no_round(visit, course, number):
    teacher = visit(course.staff)
    assert teacher.open(f"rounds/{number}").status == 404
    assert teacher.post(f"rounds/{number}/publish", draft="x").status == 409
    assert teacher.post(f"rounds/{number}/discard", draft="x").status == 409


def test_rounds_of_another_course_are_not_found(visit, course, publish, make):
    publish(course)
    stranger = visit(make.course(learners=2).staff)
    assert stranger.open("rounds/1").status == 404
    assert stranger.post("rounds/1/publish", draft="x").status == 409
    assert stranger.post("rounds/1/discard", draft="x").status == 409
    assert "Ada" not in stranger.open("course").text
