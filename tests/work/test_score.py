"""Job ``score``: what the gradebook hears, and of whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Membership, ResourceLink, Role


@pytest.fixture(autouse=True)
def _has_column(course: Any) -> None:
    course.link(line_item_url=f"{course.server.url}/items/1?type=2")


def tell(course: Any, member: int, given: int, told: datetime | None = None) -> None:
    payload = {
        "membership_id": member,
        "score_given": given,
        "score_maximum": 4,
        "timestamp": (told or course.clock()).isoformat(),
    }
    with Session(course.engine) as session, writing(session):
        enqueue(session, "score", f"score:{member}", payload, course.clock())


def test_a_learner_gets_a_score(course: Any) -> None:
    course.server.answers["POST /items/1/scores"] = lambda _: (200, {}, {})
    member = course.enter("ada")
    tell(course, member, 3)
    course.worker.run_due()
    seen = course.server.seen[-1]
    assert seen.path == "/items/1/scores?type=2"
    token = next(one for one in course.server.seen if one.path == "/token")
    assert b"lti-ags%2Fscope%2Fscore" in token.body
    assert b'"userId":"ada"' in seen.body
    assert b'"scoreGiven":3,"scoreMaximum":4' in seen.body
    assert b'"timestamp":"2026-11-23T09:00:00.000+00:00"' in seen.body
    assert course.job().finished_at is not None


@pytest.mark.parametrize("who", ["staff", "observer", "test user", "gone"])
def test_nobody_else_does(course: Any, who: str) -> None:
    role = {"staff": Role.STAFF, "observer": Role.OBSERVER}.get(who, Role.LEARNER)
    member = course.enter("ada", role, is_test_user=who == "test user")
    if who == "gone":
        with Session(course.engine) as session, writing(session):
            session.get_one(Membership, member).is_active = False
    tell(course, member, 3)
    course.worker.run_due()
    assert course.server.seen == []
    assert course.job().finished_at is not None


def test_a_late_score_never_covers_a_newer_one(course: Any) -> None:
    latest = course.clock() + timedelta(minutes=5)
    kept: list[datetime] = [latest]

    def keep_newer(seen: Any) -> tuple[int, dict[str, str], Any]:
        moment = datetime.fromisoformat(seen.json["timestamp"])
        return (409, {}, b"") if moment <= kept[-1] else (200, {}, {})

    course.server.answers["POST /items/1/scores"] = keep_newer
    tell(course, course.enter("ada"), 1)
    course.worker.run_due()
    assert course.job().finished_at is not None
    assert course.job().last_error == ""
    assert len(kept) == 1


def test_two_scores_of_one_second_both_arrive(course: Any) -> None:
    kept: list[tuple[datetime, int]] = []

    def whole_seconds(seen: Any) -> tuple[int, dict[str, str], Any]:
        moment = datetime.fromisoformat(seen.json["timestamp"]).replace(microsecond=0)
        if kept and moment <= kept[-1][0]:
            return 409, {}, b""
        kept.append((moment, seen.json["scoreGiven"]))
        return 200, {}, {}

    course.server.answers["POST /items/1/scores"] = whole_seconds
    member = course.enter("ada")
    tell(course, member, 1)
    course.worker.run_due()
    course.clock.advance(timedelta(milliseconds=300))
    tell(course, member, 2)
    course.worker.run_due()
    assert [given for _, given in kept] == [1, 2]


def test_what_is_told_twice_before_it_is_sent_is_sent_once(course: Any) -> None:
    course.server.answers["POST /items/1/scores"] = lambda _: (200, {}, {})
    member = course.enter("ada")
    for given in (1, 2):
        tell(course, member, given)
    assert course.worker.run_due() == 1
    assert [score["scoreGiven"] for score in course.scores_sent()] == [2]


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_score_that_is_refused_is_given_up(course: Any, status: int) -> None:
    course.server.answers["POST /items/1/scores"] = lambda _: (status, {}, b"")
    course.server.answers["GET /items/1"] = lambda _: (200, {}, {})
    tell(course, course.enter("ada"), 1)
    course.worker.run_due()
    job = course.job()
    assert job.finished_at is not None
    assert "refused" in job.last_error


def test_the_newest_address_of_the_column_counts(course: Any) -> None:
    course.server.answers["POST /items/9/scores"] = lambda _: (200, {}, b"")
    tell(course, course.enter("ada"), 1)
    with Session(course.engine) as session, writing(session):
        session.query(ResourceLink).one().line_item_url = f"{course.server.url}/items/9"
    course.worker.run_due()
    assert course.job().outcome == "stored"


def test_a_busy_gradebook_is_asked_again_later_and_later(course: Any) -> None:
    """Canvas said 403 for "too many" until it learned 429."""
    answers = [(403, {}, b"403 Forbidden (Rate Limit Exceeded)"), (503, {}, b""), (429, {}, b"")]
    waits = []
    course.server.answers["POST /items/1/scores"] = lambda _: answers.pop(0)
    tell(course, course.enter("ada"), 1)
    for _ in range(3):
        course.worker.run_due()
        job = course.job()
        assert job.last_error.startswith("service_busy")
        waits.append(job.run_at - course.clock())
        course.clock.advance(waits[-1])
    assert waits == sorted(set(waits))
    course.server.answers["POST /items/1/scores"] = lambda _: (200, {}, b"")
    course.worker.run_due()
    assert course.job().outcome == "stored"


class Gradebook:
    """A column that takes scores and shows what it is told to show."""

    def __init__(self, course: Any, shown: list[dict[str, Any]] | None = None) -> None:
        course.update(reads_results=True)
        self.shown = shown
        self.taken: list[dict[str, Any]] = []
        course.server.answers["POST /items/1/scores"] = self.take
        course.server.answers["GET /items/1/results"] = self.show

    def take(self, seen: Any) -> tuple[int, dict[str, str], Any]:
        self.taken.append(seen.json)
        return 200, {}, b""

    def show(self, _seen: Any) -> tuple[int, dict[str, str], Any]:
        if self.shown is not None:
            return 200, {}, self.shown
        one = self.taken[-1]
        points, most = one["scoreGiven"] / one["scoreMaximum"] * 50, 50
        return 200, {}, [{"userId": one["userId"], "resultScore": points, "resultMaximum": most}]


def test_what_the_gradebook_shows_is_compared(course: Any) -> None:
    Gradebook(course)
    tell(course, course.enter("ada"), 3)
    course.worker.run_due()
    assert course.server.seen[-1].path == "/items/1/results?type=2&user_id=ada"
    assert course.job().outcome == "stored"


@pytest.mark.parametrize(
    "shown",
    [
        [{"userId": "ada", "resultScore": 50, "resultMaximum": 50}],
        [{"userId": "ada", "resultMaximum": 50}],
        [{"userId": "ben", "resultScore": 37.5, "resultMaximum": 50}],
        [],
    ],
    ids=["a teacher's own grade", "nothing", "somebody else's", "nobody's"],
)
def test_a_gradebook_that_shows_something_else_is_noted(
    course: Any, caplog: pytest.LogCaptureFixture, shown: list[dict[str, Any]]
) -> None:
    Gradebook(course, shown)
    member = course.enter("ada")
    tell(course, member, 3)
    course.worker.run_due()
    job = course.job()
    assert (job.outcome, job.last_error) == ("result_differs", "")
    assert job.finished_at is not None
    assert f"membership={member}" in caplog.text
    assert "ada" not in caplog.text


def test_results_that_cannot_be_read_do_not_send_the_score_again(course: Any) -> None:
    book = Gradebook(course)
    course.server.answers["GET /items/1/results"] = lambda _: (404, {}, b"<html>")
    tell(course, course.enter("ada"), 3)
    assert course.worker.run_due() == 1
    assert course.job().outcome == "stored"
    assert len(book.taken) == 1


def test_results_are_not_asked_for_where_they_may_not_be(course: Any) -> None:
    Gradebook(course)
    course.update(reads_results=False)
    tell(course, course.enter("ada"), 3)
    course.worker.run_due()
    assert course.server.seen[-1].path == "/items/1/scores?type=2"


def test_a_score_in_canvas_makes_no_new_attempt_and_covers_no_teacher(course: Any) -> None:
    course.be("canvas")
    book = Gradebook(course)
    tell(course, course.enter("ada"), 3)
    course.worker.run_due()
    assert book.taken[-1]["https://canvas.instructure.com/lti/submission"] == {
        "new_submission": False,
        "prioritize_non_tool_grade": True,
    }


def test_a_score_elsewhere_says_nothing_of_canvas(course: Any) -> None:
    book = Gradebook(course)
    tell(course, course.enter("ada"), 3)
    course.worker.run_due()
    assert not [key for key in book.taken[-1] if "canvas" in key]


def test_the_addresses_of_sakais_people_are_those_of_its_gradebook(course: Any) -> None:
    course.be("sakai")
    shown = [{"userId": "5c2", "resultScore": 3, "resultMaximum": 4}]
    Gradebook(course, shown)
    tell(course, course.enter("https://sakai.example/user/5c2"), 3)
    course.worker.run_due()
    assert course.job().outcome == "stored"
