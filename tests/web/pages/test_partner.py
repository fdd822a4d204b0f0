"""A learner's page: who, why, when, what next; and the way of a session from proposal to held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.store.models import Job, Role, Session, SessionState


@pytest.fixture
def pair(visit, course, publish, mates):
    """The visitors of Ada and of her partner, after publication."""
    publish(course)
    ada = course.learners[0]
    return visit(ada), visit(mates(ada)[0])


def states(database):
    return [one.state for one in database.query(Session).order_by(Session.id)]


def test_before_the_first_round_the_page_says_what_happens_next(visit, course, make):
    page = visit(make.member(course.context)).open("partner")
    assert page.heading == "You will have a partner soon"
    assert "Your turn: tell us about yourself" in page.text
    assert "You are ready" in visit(course.learners[0]).open("partner").text


def test_a_draft_is_not_shown(visit, course):
    visit(course.staff).post("rounds", preset="bootcamp")
    assert visit(course.learners[0]).open("partner").heading == "You will have a partner soon"


def test_nobody_without_a_group_is_left_without_a_word(visit, course, publish, make):
    publish(course)
    late = visit(make.member(course.context)).open("partner")
    assert late.heading == "Your partner comes with the next round"
    resting = visit(make.member(course.context, profile={"is_paused": True})).open("partner")
    assert resting.heading == "You are taking a break"
    test = visit(make.member(course.context, is_test_user=True)).open("partner")
    assert "Test users are not paired" in test.text


def test_after_publication_who_why_and_when(visit, course, publish, mates):
    publish(course)
    for member in course.learners:
        page = visit(member).open("partner")
        assert page.heading == f"Your partner is {mates(member)[0].user.name}"
        assert "Why you two" in page.text
        assert "You are at the same level." in page.text
        assert "Choose a time for your first session." in page.text
        assert len(page.choices["starts_at"]) == 6
        assert page.text.index("Why you two") < page.text.index("Propose this time")


def test_slots_are_shown_on_my_clock_and_on_theirs(visit, make, publish):
    course = make.course()
    profile = {"timezone": "Europe/Berlin", "availability": "Tue 20:00-21:00"}
    berlin = make.member(course.context, name="Ada", profile=profile)
    profile = {"timezone": "Asia/Kolkata", "availability": "Wed 00:30-01:30"}
    kolkata = make.member(course.context, name="Ravi", profile=profile)
    publish(course)
    page = visit(berlin).open("partner")
    assert "Tue, Nov 24 8:00 PM–8:45 PM" in page.text.replace("\u202f", " ")
    assert "For Ravi: Wed, Nov 25, 12:30 AM (Kolkata)" in page.text.replace("\u202f", " ")
    page = visit(kolkata).open("partner")
    assert "For Ada: Tue, Nov 24, 8:00 PM (Berlin)" in page.text.replace("\u202f", " ")


def test_without_a_common_time_the_page_says_so_and_takes_any_time(visit, make, publish):
    course = make.course(learners=2)
    publish(course)
    page = visit(course.learners[0]).open("partner")
    assert "We know no time at which all of you are free." in page.text
    assert "starts_at" not in page.choices
    assert page.form("/sessions", having="local_time")


def test_from_proposal_to_held(pair, database, course):
    ada, ben = pair
    page = ada.press(ada.open("partner"), "/sessions", having="starts_at")
    assert "A time is proposed. Now it is up to" in page.text
    assert not page.offers("/accept")
    page = ben.open("partner")
    assert "Ada proposes a time. Does it suit you?" in page.text
    page = ben.press(page, "/accept")
    assert "You meet on" in page.text
    assert states(database) == [SessionState.AGREED]
    page = ada.press(ada.open("partner"), "/met")
    assert "Waiting for" in page.text
    assert "Held: 0 of 4" in page.text
    assert states(database) == [SessionState.AGREED]
    page = ben.press(ben.open("partner"), "/met")
    assert "Held: 1 of 4" in page.text
    assert "When do you meet again?" in page.text
    assert states(database) == [SessionState.HELD]


def test_a_trio_needs_all_three(visit, course, publish, make, mates, database):
    make.member(course.context, name="Eve")
    publish(course)
    members = next(
        [member, *mates(member)] for member in course.learners if len(mates(member)) == 2
    )
    first, second, third = (visit(member) for member in members)
    page = first.open("partner")
    assert page.heading.startswith("Your partners are ")
    assert "Why you 3" in page.text
    first.post("sessions", local_time="2026-11-24T18:00", minutes=45)
    assert "A time is proposed." in second.press(second.open("partner"), "/accept").text
    assert "You meet on" in third.press(third.open("partner"), "/accept").text


def test_another_time_answers_a_proposal(pair, database):
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    page = ben.open("partner")
    other = page.choices["starts_at"][2]
    page = ben.press(page, "/sessions", having="starts_at", starts_at=other)
    assert "Now it is up to Ada" in page.text
    assert states(database) == [SessionState.CANCELLED, SessionState.PROPOSED]


def test_a_proposal_can_be_withdrawn_and_a_time_cancelled(pair, database):
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    page = ada.press(ada.open("partner"), "/decline")
    assert "When could it be?" in page.text
    ada.press(page, "/sessions", having="starts_at")
    ben.press(ben.open("partner"), "/accept")
    assert "When could it be?" in ben.press(ben.open("partner"), "/decline").text
    assert states(database) == [SessionState.CANCELLED, SessionState.CANCELLED]


def test_we_met_can_be_taken_back(pair, database):
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    ben.press(ben.open("partner"), "/accept")
    page = ada.press(ada.open("partner"), "/met")
    page = ada.press(page, "/not-met")
    assert "You meet on" in page.text


def test_after_the_time_the_page_asks_whether_they_met(pair, clock):
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    ben.press(ben.open("partner"), "/accept")
    clock.advance(timedelta(hours=11))
    page = ada.open("partner")
    assert "Did you meet as planned?" in page.text
    assert "It did not happen" in page.text
    assert page.form("/sessions", having="starts_at"), "the next one can be planned meanwhile"


def test_a_press_that_comes_too_late_is_explained(pair, database):
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    old = ben.open("partner")
    ada.press(ada.open("partner"), "/decline")
    page = ben.press(old, "/accept")
    assert page.status == 409
    assert "This time was cancelled meanwhile." in page.text
    assert states(database) == [SessionState.CANCELLED]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a day and a time."),
        ({"local_time": "soon"}, "Choose a day and a time."),
        ({"local_time": "0001-01-01T00:00"}, "Choose a day and a time."),
        ({"local_time": "2026-11-23T09:59"}, "This time has passed."),
        ({"local_time": "2027-03-28T02:30"}, "The clocks skip this hour on that day."),
        ({"starts_at": "Tuesday"}, "Choose one of the times."),
        ({"local_time": "2026-11-24T18:00", "minutes": "long"}, "Choose how long."),
    ],
)
def test_a_wrong_time_is_explained_beside_the_field(pair, database, fields, said):
    ada, _ = pair
    page = ada.post("sessions", **{"minutes": "45", **fields})
    assert page.status == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.html
    assert page.form("/sessions", having="local_time").value("local_time") == fields.get(
        "local_time", ""
    )
    assert states(database) == []


def test_a_time_beyond_the_calendar_is_none(visit, make, publish):
    course = make.course()
    ada, _ = (
        make.member(course.context, profile={"timezone": "America/Los_Angeles"}) for _ in range(2)
    )
    publish(course)
    page = visit(ada).post("sessions", minutes="45", local_time="9999-12-31T23:59")
    assert page.status == 422
    assert "Choose a day and a time." in page.text


def test_a_length_that_makes_no_sense_is_refused(pair, database):
    ada, _ = pair
    page = ada.post("sessions", local_time="2026-11-24T18:00", minutes="5")
    assert page.status == 409
    assert "between 15 minutes and 4 hours" in page.text


@pytest.mark.parametrize(("which", "hour"), [("0", 0), ("1", 1)])
def test_an_hour_that_comes_twice_is_asked_for(
    visit, course, publish, database, clock, which, hour
):
    clock.moment = datetime(2027, 10, 1, 9, tzinfo=UTC)
    publish(course)
    ada = visit(course.learners[0])
    page = ada.post("sessions", local_time="2027-10-31T02:30", minutes="45")
    assert page.status == 422
    assert "this hour comes twice" in page.text
    assert page.choices["repeated"] == ["0", "1"]
    ada.press(page, "/sessions", having="repeated", repeated=which)
    assert database.query(Session).one().starts_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


def test_who_is_left_alone_is_told_kindly(visit, course, publish, mates, make):
    publish(course)
    ada = course.learners[0]
    ben = mates(ada)[0]
    name = ben.user.name
    ben.is_active = False
    make.save(ben)
    page = visit(ada).open("partner")
    assert page.heading == "You have no partner at the moment"
    assert f"{name} has left the course. You did nothing wrong" in page.text
    assert not page.offers("/sessions")


@pytest.mark.parametrize("role", [Role.STAFF, Role.OBSERVER, Role.NONE])
def test_a_partner_who_is_no_learner_any_more_is_not_waited_for(pair, course, make, mates, role):
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    ben.press(ben.open("partner"), "/accept")
    gone = mates(course.learners[0])[0]
    gone.role = role
    make.save(gone)
    page = ada.open("partner")
    assert page.heading == "You have no partner at the moment"
    assert ada.post("sessions", local_time="2026-11-30T18:00", minutes="60").status == 409


def test_sessions_of_other_groups_are_not_found(pair, visit, course, mates, database):
    ada, _ = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    number = database.query(Session).one().id
    outside = next(
        member
        for member in course.learners[1:]
        if member.id not in {one.id for one in mates(course.learners[0])}
    )
    stranger = visit(outside)
    for act in ("accept", "decline", "met", "not-met"):
        assert stranger.post(f"sessions/{number}/{act}").status == 404
    assert states(database) == [SessionState.PROPOSED]


def test_a_held_session_is_told_to_the_gradebook_once_for_each(pair, course, make, database, mates):
    make.resource_link(course.context, line_item_url="https://lms.example.edu/items/7")
    ada, ben = pair
    ada.press(ada.open("partner"), "/sessions", having="starts_at")
    ben.press(ben.open("partner"), "/accept")
    ada.press(ada.open("partner"), "/met")
    assert database.query(Job).count() == 0
    ben.press(ben.open("partner"), "/met")
    jobs = database.query(Job).order_by(Job.id).all()
    people = {course.learners[0].id, mates(course.learners[0])[0].id}
    assert {job.payload["membership_id"] for job in jobs} == people
    for job in jobs:
        assert job.kind == "score"
        assert (job.payload["score_given"], job.payload["score_maximum"]) == (1, 4)
        # Which column it is, is decided when it is sent: addresses change.
        assert "line_item_url" not in job.payload
        assert datetime.fromisoformat(job.payload["timestamp"]).tzinfo


def test_a_new_round_never_lowers_a_score(pair, course, make, database, visit, publish, mates):
    make.resource_link(course.context, line_item_url="https://lms.example.edu/items/7")

    def meet(one, other):
        one.press(one.open("partner"), "/sessions", having="starts_at")
        other.press(other.open("partner"), "/accept")
        one.press(one.open("partner"), "/met")
        other.press(other.open("partner"), "/met")

    ada = course.learners[0]
    for _ in range(3):
        meet(*pair)
    publish(course)
    meet(visit(ada), visit(mates(ada)[0]))
    jobs = database.query(Job).order_by(Job.id).all()
    last = [job.payload for job in jobs if job.payload["membership_id"] == ada.id][-1]
    assert (last["score_given"], last["score_maximum"]) == (3, 4)


def test_the_page_holds_nothing_private_of_the_partner(visit, make, publish):
    course = make.course()
    ada = make.member(course.context, name="Ada", profile={"availability": "Mon 18:00-20:00"})
    make.member(
        course.context,
        name="Ben",
        profile={
            "email": "ben@example.org",
            "level": 2,
            "teach": ["taxidermy"],
            "topics": ["divorce"],
            "availability": "Mon 18:00-20:00; Thu 04:00-05:00",
        },
    )
    publish(course)
    page = visit(ada).open("partner")
    assert "Ben" in page.text
    for private in ("ben@example.org", "taxidermy", "divorce", "04:00", "4:00 AM", "Thu"):
        assert private not in page.html
