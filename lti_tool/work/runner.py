"""The worker: takes due jobs one by one, by a lease, and runs each at least once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lti_tool.store.engine import writing
from lti_tool.store.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
IDLE_SECONDS = 1.0
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)

Handler = Callable[[dict[str, Any], datetime], str | None]
"""Does one kind of job: it gets the payload and the time, and raises `JobError` if it cannot.

What it gives back is kept with the job as its outcome.
"""


class JobError(Exception):
    """A job could not be done.

    Parameters
    ----------
    reason
        One line for the course page and the log, without secrets.
    is_permanent
        Whether to try again is no use.
    retry_after
        How long the other side asks us to wait.
    is_attempt
        Whether it was tried at all. What waits for another job is not given up for waiting.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_permanent: bool = False,
        retry_after: timedelta | None = None,
        is_attempt: bool = True,
    ) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
        self.retry_after = retry_after
        self.is_attempt = is_attempt


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker holds until its lease ends."""

    id: int
    kind: str
    payload: dict[str, Any]
    revision: int
    attempts: int
    lease_until: datetime


class Worker:
    """Runs jobs until it is told to stop.

    Parameters
    ----------
    engine
        The database of the jobs. Many workers may share it: on PostgreSQL they skip what another
        one looks at (``SKIP LOCKED``), on SQLite the write lock keeps them apart.
    handlers
        What to do for each kind of job.
    clock
        Tells the time.
    """

    def __init__(
        self, engine: Engine, handlers: Mapping[str, Handler], clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._handlers = handlers
        self._clock = clock

    def run(self, stop: Event, hourly: Callable[[], None] = lambda: None) -> None:
        """Work until `stop` is set; look again each second when there is nothing to do.

        Parameters
        ----------
        stop
            Ends the work.
        hourly
            What else is to be done, at the start and then once an hour.
        """
        next_hour = self._clock()
        while not stop.is_set():
            try:
                if self._clock() >= next_hour:
                    next_hour = self._clock() + timedelta(hours=1)
                    hourly()
                is_idle = not self.run_one()
            except OperationalError:
                # A restart of the database, or a lock held too long; a lease ends by itself.
                logger.exception("the database does not answer")
                is_idle = True
            if is_idle:
                stop.wait(IDLE_SECONDS)

    def run_due(self) -> int:
        """Run all jobs that are due now, and give their number."""
        done = 0
        while self.run_one():
            done += 1
        return done

    def run_one(self) -> bool:
        """Run one due job, if there is one, and say whether there was."""
        claim = self.claim()
        if claim is None:
            return False
        logger.info("job start id=%s kind=%s attempt=%s", claim.id, claim.kind, claim.attempts)
        try:
            outcome = self._handler(claim.kind)(claim.payload, self._clock())
        except JobError as error:
            self._fail(claim, error)
        except Exception as error:  # a fault in one job must not stop the others
            logger.exception("job fault id=%s kind=%s", claim.id, claim.kind)
            self._fail(claim, JobError(f"internal_error: {type(error).__name__}"))
        else:
            self._finish(claim, outcome)
        return True

    def claim(self) -> Claim | None:
        """Take the job that is due longest, for the time of a lease."""
        now = self._clock()
        due = (
            select(Job)
            .where(
                Job.finished_at.is_(None),
                Job.run_at <= now,
                or_(Job.lease_until.is_(None), Job.lease_until <= now),
            )
            .order_by(Job.run_at, Job.id)
            .limit(1)
        )
        with Session(self._engine) as session:
            # A look without the write lock first: most looks find nothing.
            if session.scalar(due) is None:
                return None
            with writing(session):
                job = session.scalar(due.with_for_update(skip_locked=True))
                if job is None:
                    return None
                if job.attempts >= MOST_ATTEMPTS:
                    # It never came back from any of them: it may be what ends the workers.
                    job.finished_at, job.lease_until = now, None
                    job.last_error = "internal_error: the worker ended in the middle of it"
                else:
                    job.attempts += 1
                    job.lease_until = now + LEASE
                    return Claim(
                        job.id, job.kind, job.payload, job.revision, job.attempts, job.lease_until
                    )
        return self.claim()

    def _handler(self, kind: str) -> Handler:
        if kind not in self._handlers:
            raise JobError(f"unknown kind of job: {kind}", is_permanent=True)
        return self._handlers[kind]

    def _finish(self, claim: Claim, outcome: str | None) -> None:
        self._write(claim, finished_at=self._clock(), last_error="", outcome=outcome)
        logger.info("job done id=%s kind=%s outcome=%s", claim.id, claim.kind, outcome)

    def _fail(self, claim: Claim, error: JobError) -> None:
        now = self._clock()
        reason = str(error)[:1024]
        attempts = claim.attempts if error.is_attempt else claim.attempts - 1
        if error.is_permanent or attempts >= MOST_ATTEMPTS:
            logger.warning("job given up id=%s kind=%s reason=%s", claim.id, claim.kind, reason)
            self._write(claim, finished_at=now, last_error=reason)
            return
        pause = max(
            error.retry_after or timedelta(),
            min(_FIRST_PAUSE * 2 ** (claim.attempts - 1), _LONGEST_PAUSE),
        )
        logger.info("job again id=%s kind=%s in=%s reason=%s", claim.id, claim.kind, pause, reason)
        self._write(claim, run_at=now + pause, last_error=reason, attempts=attempts)

    def _write(self, claim: Claim, **values: Any) -> None:
        mine = update(Job).where(Job.id == claim.id, Job.lease_until == claim.lease_until)
        with Session(self._engine) as session, writing(session):
            written = session.scalar(
                mine.where(Job.revision == claim.revision)
                .values(lease_until=None, **values)
                .returning(Job.id)
            )
            if written is None:
                # The cause was told again while we worked: run again with what it says now. If
                # our lease ran out and another worker has the job, this changes nothing.
                session.execute(mine.values(lease_until=None, attempts=0))
