"""What is done in the background: jobs written with their cause, run by the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from lti_tool.work.column import column_job
from lti_tool.work.groups import groups_job
from lti_tool.work.platforms import Platforms
from lti_tool.work.roster import roster_job
from lti_tool.work.runner import Worker
from lti_tool.work.score import score_job

__all__ = ["make_worker"]


def make_worker(engine: Engine, platforms: Platforms, clock: Callable[[], datetime]) -> Worker:
    """Make a worker that knows every kind of job."""
    handlers = {
        "column": column_job(engine, platforms),
        "groups": groups_job(engine, platforms),
        "roster": roster_job(engine, platforms),
        "score": score_job(engine, platforms),
    }
    return Worker(engine, handlers, clock)
