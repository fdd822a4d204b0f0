"""Job ``score``: what the gradebook hears, and of whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Membership, Role


def tell(course: Any, member: int, given: int, told: datetime | None = None) -> None:
    payload = {
        "membership_id": member,
        "line_item_url": f"{course.server.url}/items/1?type=2",
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


def test_a_locked_column_is_given_up(course: Any) -> None:
    course.server.answers["POST /items/1/scores"] = lambda _: (404, {}, b"")
    tell(course, course.enter("ada"), 1)
    course.worker.run_due()
    job = course.job()
    assert job.finished_at is not None
    assert job.last_error.startswith("score_refused")
