"""Job ``column``: our column is found, or made once where staff asked for one."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lti_tool.store.columns import NAME, enqueue_column, find_column
from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Context, Job, ResourceLink
from lti_tool.work import make_worker
from lti_tool.work.runner import MOST_ATTEMPTS


class Gradebook:
    """A gradebook that makes a column whenever it is asked, as Moodle does."""

    def __init__(self, course: Any, *columns: dict[str, Any]) -> None:
        self.url = course.server.url
        self.columns = [{"id": f"{self.url}/items/0?t=1", **column} for column in columns]
        self.lock = threading.Lock()
        answers = course.server.answers
        answers["GET /items"] = lambda _: (200, {}, self.columns)
        answers["POST /items"] = self.add
        answers["POST /items/0/scores"] = lambda _: (200, {}, b"")
        course.update(line_items_url=f"{self.url}/items?t=1")

    def add(self, seen: Any) -> tuple[int, dict[str, str], Any]:
        with self.lock:
            column = {**seen.json, "id": f"{self.url}/items/{len(self.columns)}?t=1"}
            self.columns.append(column)
        return 201, {}, column


OURS = {"label": "Pairs", "scoreMaximum": 10, "resourceId": NAME, "tag": NAME}


def ask(course: Any) -> None:
    with Session(course.engine) as session, writing(session):
        enqueue_column(session, session.get_one(Context, course.context_id), course.clock())


def tell(course: Any, member: int) -> None:
    payload = {
        "membership_id": member,
        "score_given": 1,
        "score_maximum": 4,
        "timestamp": course.clock().isoformat(),
    }
    with Session(course.engine) as session, writing(session):
        enqueue(session, "score", f"score:{member}", payload, course.clock())


def posts(course: Any) -> list[Any]:
    return [seen for seen in course.server.seen if seen.path == "/items?t=1" and seen.body]


def test_a_column_that_staff_asked_for_is_made(course: Any) -> None:
    book = Gradebook(course, {"label": "Essay", "scoreMaximum": 5})
    course.update(column_points=20)
    course.link(title="Meet your partner")
    ask(course)
    course.worker.run_due()
    assert course.job().outcome == "made"
    (made,) = book.columns[1:]
    assert {key: made[key] for key in OURS} == OURS | {
        "label": "Meet your partner",
        "scoreMaximum": 20,
    }
    assert course.row().column_url == made["id"]


def test_a_column_that_nobody_asked_for_is_not_made(course: Any) -> None:
    book = Gradebook(course)
    ask(course)
    course.worker.run_due()
    assert (course.job().outcome, book.columns, course.row().column_url) == ("no_column", [], None)


@pytest.mark.parametrize("points", [None, 20])
def test_the_column_of_a_copied_course_is_taken_over(course: Any, points: int | None) -> None:
    """A copy of a course keeps resource id and tag, and loses the link."""
    book = Gradebook(course, {"label": "Essay", "scoreMaximum": 5}, OURS)
    course.update(column_points=points)
    ask(course)
    course.worker.run_due()
    assert course.job().outcome == "found"
    assert len(book.columns) == 2
    assert course.row().column_url == book.columns[1]["id"]


def test_a_column_is_asked_for_once(course: Any) -> None:
    book = Gradebook(course)
    course.update(column_points=10)
    for _ in range(3):
        ask(course)
        course.worker.run_due()
    assert len(book.columns) == 1
    assert course.job().outcome == "known"


def test_a_run_that_ended_before_it_was_written_down_makes_no_second_column(course: Any) -> None:
    book = Gradebook(course)
    course.update(column_points=10)
    ask(course)
    course.worker.run_due()
    course.update(column_url=None)
    ask(course)
    course.worker.run_due()
    assert course.job().outcome == "found"
    assert len(book.columns) == 1


def test_two_workers_at_once_make_one_column(course: Any) -> None:
    book = Gradebook(course)
    course.update(column_points=10)
    for who in ("ada", "ben", "cem"):
        tell(course, course.enter(who))
    both = threading.Barrier(2)
    met: set[int] = set()

    def look(_seen: Any) -> tuple[int, dict[str, str], Any]:
        # Whoever looks waits for another one who looks, for a while: there must not be one.
        try:
            both.wait(0.5)
            met.add(1)
        except threading.BrokenBarrierError:
            pass
        return 200, {}, list(book.columns)

    course.server.answers["GET /items"] = look
    workers = [make_worker(course.engine, course.platforms, course.clock) for _ in range(2)]
    threads = [threading.Thread(target=worker.run_due) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not met
    assert len(book.columns) == 1


def test_scores_wait_for_the_column_and_then_arrive(course: Any) -> None:
    book = Gradebook(course)
    course.update(column_points=10)
    tell(course, course.enter("ada"))
    course.worker.run_due()
    waiting = course.job("score")
    assert waiting.finished_at is None
    assert waiting.last_error.startswith("column_awaited")
    course.clock.advance(waiting.run_at - course.clock())
    course.worker.run_due()
    assert course.job("score").outcome == "stored"
    assert len(course.scores_sent()) == len(book.columns) == 1


def test_scores_are_not_given_up_while_the_column_is_looked_for(course: Any) -> None:
    """The column may take all of its own attempts, and the scores began to wait before."""
    book = Gradebook(course)
    course.update(column_points=10)
    calm = course.server.answers["GET /items"]
    course.server.answers["GET /items"] = lambda _: (500, {}, b"<html>")
    tell(course, course.enter("ada"))
    for _ in range(3 * MOST_ATTEMPTS):
        course.worker.run_due()
        if course.job("column").attempts == MOST_ATTEMPTS - 1:
            course.server.answers["GET /items"] = calm
        course.clock.advance(timedelta(minutes=10))
        with Session(course.engine) as session, writing(session):
            # However often it looked: it is due again.
            score = session.query(Job).filter_by(kind="score").one()
            score.run_at = course.clock()
    assert course.job("column").outcome == "made"
    assert course.job("score").outcome == "stored"
    assert len(book.columns) == 1


def test_scores_of_a_course_without_a_column_go_nowhere(course: Any) -> None:
    Gradebook(course)
    tell(course, course.enter("ada"))
    course.worker.run_due()
    course.clock.advance(course.job("score").run_at - course.clock())
    course.worker.run_due()
    job = course.job("score")
    assert (job.outcome, job.last_error, course.scores_sent()) == ("no_column", "", [])


def test_scores_of_a_course_whose_gradebook_is_closed_say_why(course: Any) -> None:
    Gradebook(course)
    course.server.answers["GET /items"] = lambda _: (403, {}, b"")
    tell(course, course.enter("ada"))
    course.worker.run_due()
    course.clock.advance(course.job("score").run_at - course.clock())
    course.worker.run_due()
    job = course.job("score")
    assert job.finished_at is not None
    assert job.last_error.startswith("no column: service_refused")


def test_a_course_without_a_gradebook_has_nothing_to_look_for(course: Any) -> None:
    tell(course, course.enter("ada"))
    course.worker.run_due()
    assert course.job().outcome == "no_column"
    ask(course)
    course.worker.run_due()
    job = course.job("column")
    assert job.finished_at is not None
    assert job.last_error == "the platform offers no gradebook here"
    assert course.server.seen == []


def test_a_column_that_was_taken_out_is_not_made_again(course: Any) -> None:
    book = Gradebook(course)
    course.update(column_points=10, column_url=f"{book.url}/items/7")
    course.link(line_item_url=f"{book.url}/items/7")
    tell(course, course.enter("ada"))
    course.worker.run_due()
    assert course.job("score").last_error.startswith("column_gone")
    with Session(course.engine) as session:
        assert find_column(session, session.get_one(Context, course.context_id)) is None
    course.clock.advance(course.job("score").run_at - course.clock())
    course.worker.run_due()
    assert course.job("score").outcome == "no_column"
    assert book.columns == []


def test_a_column_whose_person_is_unknown_is_kept(course: Any) -> None:
    """Brightspace answers 404 for somebody it does not know."""
    book = Gradebook(course, OURS)
    course.server.answers["POST /items/0/scores"] = lambda _: (404, {}, b"")
    course.server.answers["GET /items/0"] = lambda _: (200, {}, book.columns[0])
    course.link(line_item_url=f"{book.url}/items/0?t=1")
    tell(course, course.enter("ada"))
    course.worker.run_due()
    job = course.job("score")
    assert job.finished_at is not None
    assert job.last_error.startswith("score_refused")
    with Session(course.engine) as session:
        assert session.query(ResourceLink).one().line_item_url is not None
        assert session.query(Job).count() == 1


def test_a_new_column_in_canvas_opens_no_tool(course: Any) -> None:
    course.be("canvas")
    book = Gradebook(course)
    course.update(column_points=10)
    ask(course)
    course.worker.run_due()
    assert book.columns[0]["https://canvas.instructure.com/lti/submission_type"] == {"type": "none"}


def test_a_column_that_sakai_only_shows_is_not_ours(course: Any) -> None:
    course.be("sakai")
    mark = "https://www.sakailms.org/spec/lti-ags/v2p0/readOnly"
    book = Gradebook(course, OURS | {mark: True})
    course.update(column_points=10)
    ask(course)
    course.worker.run_due()
    assert course.job().outcome == "made"
    assert course.row().column_url == book.columns[1]["id"]
