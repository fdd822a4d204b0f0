"""What can be set in a classroom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

COURSE_FILE = Path(__file__).with_name("course.csv")


def utc_now() -> datetime:
    """Tell the time, aware and UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassroomConfig:
    """The settings of one classroom.

    Parameters
    ----------
    url
        Where browsers reach the classroom. It is the issuer, too. Give the tool another host name
        (``localhost`` here, ``127.0.0.1`` there), or the browser takes both for one site and
        hides every fault with cookies in frames.
    course_file
        The CSV file with the people of the course.
    page_size
        How many members or results one page of a service holds unless the tool asks for fewer.
        Small, so that paging really happens.
    storage_target
        Which of our windows keeps data for tools whose cookies are blocked: ``_parent``, or the
        name of a frame beside the tool's. Empty: none, as in Moodle.
    id_token_lifetime, access_token_lifetime, launch_lifetime
        How long each of them counts.
    now
        The clock. Tests give their own.
    """

    url: str = "http://localhost:8000"
    course_file: Path = COURSE_FILE
    page_size: int = 10
    storage_target: str = ""
    id_token_lifetime: timedelta = timedelta(minutes=5)
    access_token_lifetime: timedelta = timedelta(hours=1)
    launch_lifetime: timedelta = timedelta(minutes=10)
    now: Callable[[], datetime] = utc_now
