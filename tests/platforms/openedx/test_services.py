"""Roster and scores: what the worker does with Open edX's services, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lti_tool.lti.grades import Score, ScoreOutcome, send_score
from lti_tool.platforms.openedx import OPEN_EDX
from lti_tool.store.columns import find_column
from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Context, Job, Membership, ResourceLink, Role, User
from lti_tool.work import make_worker
from lti_tool.work.platforms import as_registration, dialect_of

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def platforms(tool):
    return tool.app.extensions["peerloom"].platforms


@pytest.fixture
def work(tool, platforms):
    """Run everything that is due, and give the errors of the jobs."""

    def run() -> list[str]:
        engine = tool.app.extensions["peerloom"].engine
        make_worker(engine, platforms, lambda: datetime.now(UTC)).run_due()
        with tool.database() as database:
            jobs = database.scalars(select(Job)).all()
            assert all(job.finished_at is not None for job in jobs)
            return [job.last_error for job in jobs if job.last_error]

    return run


@pytest.fixture
def learner(platform, browser):
    """Make a person of the course a learner of the tool, by a launch."""

    def launch(user: int) -> str:
        assert browser.submit(platform.click(browser, user)).status_code == 200
        return platform.subject(user)

    return launch


@pytest.fixture
def tell(tool):
    """Write a score into the outbox."""

    def write(subject: str, given: int, timestamp: datetime, key: str) -> None:
        with tool.database() as database, writing(database):
            member = database.scalar(select(Membership).join(User).filter_by(subject=subject))
            payload = {
                "membership_id": member.id,
                "score_given": given,
                "score_maximum": 4,
                "timestamp": timestamp.isoformat(),
            }
            enqueue(database, "score", key, payload, datetime.now(UTC))

    return write


def scores_of(platform, subject):
    return [one for one in platform.state()["scores"] if one["user_id"] == subject]


def test_the_whole_roster_is_read_page_by_page(platform, tool, browser, work):
    browser.submit(platform.click(browser, platform.ready["staff"]))
    assert work() == []
    with tool.database() as database:
        people = database.scalars(select(Membership)).all()
        names = {one.user.subject: one.user.name for one in people}
        staff = [one.user.subject for one in people if one.role is Role.STAFF]
        assert all(one.is_active for one in people)
        assert database.scalar(select(Context.roster_read_at)) is not None
    assert len(people) == len(platform.ready["subjects"]) == 60
    assert set(names) == set(platform.ready["subjects"].values())
    assert staff == [platform.subject(platform.ready["staff"])]
    assert names[platform.subject(60)] == "Zoë Person 60"
    assert names[platform.subject(platform.ready["nameless"])] == ""


def test_a_score_reaches_the_gradebook(platform, learner, tell, work):
    subject = learner(11)
    tell(subject, 3, MOMENT, "arrives")
    assert work() == []
    (score,) = scores_of(platform, subject)
    assert (score["score_given"], score["score_maximum"]) == (3, 4)
    assert score["grading_progress"] == "FullyGraded"
    assert platform.state()["grades"][subject] == 75


def test_what_the_gradebook_shows_is_compared_with_what_was_sent(
    platform, tool, learner, tell, work
):
    tell(learner(16), 3, MOMENT, "compared")
    assert work() == []
    with tool.database() as database:
        assert database.scalars(select(Context)).one().reads_results
        assert database.scalar(select(Job.outcome).filter_by(idempotency_key="compared")) == (
            "stored"
        )


def test_it_is_known_by_its_addresses_and_keeps_its_columns_to_itself(tool, learner):
    """A block makes its own column and grants no right to make others."""
    learner(17)
    with tool.database() as database:
        context = database.scalars(select(Context)).one()
        assert dialect_of(context.deployment.registration) is OPEN_EDX
        assert context.line_items_url is None
        assert find_column(database, context) == database.scalar(select(ResourceLink.line_item_url))


def test_a_later_score_takes_the_place_of_an_earlier_one(platform, learner, tell, work):
    subject = learner(12)
    tell(subject, 1, MOMENT, "first")
    tell(subject, 2, MOMENT + timedelta(minutes=1), "second")
    assert work() == []
    (score,) = scores_of(platform, subject)
    assert score["score_given"] == 2
    assert platform.state()["grades"][subject] == 50


def test_an_older_score_that_comes_late_changes_nothing(platform, learner, tell, work):
    subject = learner(13)
    tell(subject, 2, MOMENT, "newer")
    assert work() == []
    tell(subject, 1, MOMENT - timedelta(hours=1), "older")
    assert work() == []
    (score,) = scores_of(platform, subject)
    assert score["score_given"] == 2


def test_open_edx_already_has_the_same_or_a_newer_score(platform, tool, learner, platforms):
    subject = learner(14)
    with tool.database() as database:
        registration = as_registration(
            database.scalar(select(Context)).deployment.registration,
        )
        line_item = database.scalar(select(ResourceLink.line_item_url))

    def send(timestamp: datetime) -> ScoreOutcome:
        score = Score(user_id=subject, timestamp=timestamp, score_given=1, score_maximum=2)
        return send_score(platforms.tokens, registration, line_item, score)

    assert send(MOMENT) is ScoreOutcome.STORED
    assert send(MOMENT) is ScoreOutcome.ALREADY_NEWER
    assert send(MOMENT - timedelta(seconds=1)) is ScoreOutcome.ALREADY_NEWER
    assert send(MOMENT + timedelta(seconds=1)) is ScoreOutcome.STORED


def test_a_score_that_is_sent_again_counts_as_delivered(platform, learner, tell, work):
    subject = learner(15)
    tell(subject, 3, MOMENT, "again")
    assert work() == []
    # A worker that died after sending and before writing that down leaves the job as it was.
    tell(subject, 3, MOMENT, "again")
    assert work() == []
    (score,) = scores_of(platform, subject)
    assert score["score_given"] == 3
