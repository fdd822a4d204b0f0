"""The worker: each job at least once, never by two at once, and never for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Job
from lti_tool.work import runner
from lti_tool.work.runner import LEASE, MOST_ATTEMPTS, Claim, JobError, Worker

HANGING_WORKER = Path(__file__).with_name("hanging_worker.py")


def put(engine: Engine, now: datetime, *keys: str, kind: str = "note", **payload: Any) -> None:
    with Session(engine) as session, writing(session):
        for key in keys:
            enqueue(session, kind, key, {"key": key, **payload}, now)


def jobs(engine: Engine) -> list[Job]:
    with Session(engine) as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def worker(engine: Engine, clock: Any, done: list[str]) -> Worker:
    return Worker(engine, {"note": lambda payload, _: done.append(payload["key"])}, clock)


def test_jobs_run_in_the_order_in_which_they_are_due(
    engine: Engine, worker: Worker, clock: Any, done: list[str]
) -> None:
    put(engine, clock() + timedelta(minutes=1), "later")
    put(engine, clock(), "a", "b")
    assert worker.run_due() == 2
    assert done == ["a", "b"]
    clock.advance(timedelta(minutes=1))
    worker.run_due()
    assert done == ["a", "b", "later"]
    assert worker.run_due() == 0


def test_a_cause_that_is_told_again_runs_again_with_what_it_says_now(
    engine: Engine, worker: Worker, clock: Any, done: list[str]
) -> None:
    put(engine, clock(), "a")
    put(engine, clock(), "a")
    assert worker.run_due() == 1
    put(engine, clock(), "a")
    assert worker.run_due() == 1
    assert len(jobs(engine)) == 1


def test_a_cause_that_is_told_while_its_job_runs_is_not_lost(engine: Engine, clock: Any) -> None:
    seen: list[int] = []

    def handle(payload: dict[str, Any], _: datetime) -> None:
        seen.append(payload["number"])
        if len(seen) == 1:
            put(engine, clock(), "a", number=2)

    put(engine, clock(), "a", number=1)
    assert Worker(engine, {"note": handle}, clock).run_due() == 2
    assert seen == [1, 2]


@pytest.mark.parametrize("error", [JobError("busy"), ValueError("a fault")])
def test_a_failed_job_is_tried_again_later_and_later(
    engine: Engine, clock: Any, error: Exception
) -> None:
    moments: list[datetime] = []

    def fail(_: dict[str, Any], now: datetime) -> None:
        moments.append(now)
        raise error

    worker = Worker(engine, {"note": fail}, clock)
    put(engine, clock(), "a")
    while not (job := jobs(engine)[0]).finished_at:
        clock.moment = max(clock(), job.run_at)
        assert worker.run_one()
    pauses = [after - before for before, after in pairwise(moments)]
    assert len(moments) == MOST_ATTEMPTS
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=15)
    assert max(pauses) <= timedelta(hours=1)
    assert job.last_error in {"busy", "internal_error: ValueError"}
    assert worker.run_due() == 0


def test_one_faulty_job_does_not_stop_the_others(
    engine: Engine, clock: Any, done: list[str]
) -> None:
    def handle(payload: dict[str, Any], _: datetime) -> None:
        if payload["key"] == "bad":
            raise ValueError("a fault")
        done.append(payload["key"])

    put(engine, clock(), "bad", "good")
    put(engine, clock(), "odd", kind="nobody knows")
    assert Worker(engine, {"note": handle}, clock).run_due() == 3
    assert done == ["good"]
    odd = jobs(engine)[2]
    assert odd.finished_at is not None
    assert "unknown kind" in odd.last_error


def test_workers_never_run_the_same_job_at_once(engine: Engine, clock: Any) -> None:
    lock = threading.Lock()
    running: set[str] = set()
    runs: Counter[str] = Counter()
    overlaps: list[str] = []
    together = threading.Barrier(3)

    def handle(payload: dict[str, Any], _: datetime) -> None:
        key = payload["key"]
        with lock:
            if key in running:
                overlaps.append(key)
            running.add(key)
            runs[key] += 1
        # All three are inside a job here: without that, one fast worker could do them all.
        together.wait(timeout=60)
        with lock:
            running.discard(key)

    keys = [f"job-{number}" for number in range(9)]
    put(engine, clock(), *keys)
    workers = [Worker(engine, {"note": handle}, clock) for _ in range(3)]
    threads = [threading.Thread(target=worker.run_due) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert overlaps == []
    assert runs == dict.fromkeys(keys, 1)


def test_a_lease_is_held_until_it_ends(
    engine: Engine, worker: Worker, clock: Any, done: list[str]
) -> None:
    put(engine, clock(), "a")
    held = worker.claim()
    assert held is not None
    assert worker.run_due() == 0
    clock.advance(LEASE - timedelta(seconds=1))
    assert worker.run_due() == 0
    clock.advance(timedelta(seconds=1))
    assert worker.run_due() == 1
    assert done == ["a"]


def test_a_worker_that_lost_its_lease_changes_nothing(engine: Engine, clock: Any) -> None:
    """The slow one comes back after another has taken the job over, and fails."""
    second = Worker(engine, {"note": lambda *_: None}, clock)

    def slow(_: dict[str, Any], __: datetime) -> None:
        clock.advance(LEASE)
        assert second.run_one()
        raise JobError("too late", is_permanent=True)

    put(engine, clock(), "a")
    Worker(engine, {"note": slow}, clock).run_one()
    (job,) = jobs(engine)
    assert (job.last_error, job.lease_until) == ("", None)
    assert job.finished_at is not None


def test_a_job_survives_kill_9(
    engine: Engine, address: str, worker: Worker, clock: Any, done: list[str]
) -> None:
    put(engine, clock(), "a")
    with subprocess.Popen(
        [sys.executable, HANGING_WORKER, address, clock().isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle of a\n"
        process.kill()
        process.wait(timeout=60)
    assert worker.run_due() == 0, "its lease still runs"
    clock.advance(LEASE)
    assert worker.run_due() == 1
    assert done == ["a"]
    (job,) = jobs(engine)
    assert job.attempts == 2


def test_a_job_that_kills_every_worker_is_given_up(
    engine: Engine, worker: Worker, clock: Any, done: list[str]
) -> None:
    put(engine, clock(), "a")
    for _ in range(MOST_ATTEMPTS):
        assert worker.claim() is not None
        clock.advance(LEASE)
    assert worker.claim() is None
    (job,) = jobs(engine)
    assert job.finished_at is not None
    assert job.last_error != ""
    assert done == []


def test_the_worker_ends_when_it_is_told(engine: Engine, worker: Worker, done: list[str]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=[stop])
    thread.start()
    stop.set()
    thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_database_that_is_away_for_a_moment_does_not_end_the_worker(
    engine: Engine, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "IDLE_SECONDS", 0.01)
    stop, away = threading.Event(), [True]

    class Cut(Worker):
        def claim(self) -> Claim | None:
            if away:
                away.clear()
                raise OperationalError("SELECT", {}, Exception("database is locked"))
            return super().claim()

    put(engine, clock(), "a")
    worker = Cut(engine, {"note": lambda *_: stop.set()}, clock)
    thread = threading.Thread(target=worker.run, args=[stop], daemon=True)
    thread.start()
    assert stop.wait(timeout=60)
    thread.join(timeout=60)
    assert not thread.is_alive()
