"""Say step by step what was really seen, and stop at the first thing that was not."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from examples.classroom.browser import Deadline, StepError

T = TypeVar("T")


class Step:
    """One step: a ``with`` block that looks, and tells what it saw.

    It prints one line when the block ends. An error in the block makes it the failing step, and
    goes on as a `StepError`.
    """

    def __init__(self, number: int, title: str) -> None:
        self._number = number
        self._title = title
        self._found = ""

    def saw(self, found: str) -> None:
        """Add what was found to the line."""
        self._found = f": {found}"

    def __enter__(self) -> Step:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            print(f"ok {self._number:3}  {self._title}{self._found}", flush=True)
        elif isinstance(error, Exception):
            reason = str(error) if isinstance(error, StepError) else f"found {error!r}"
            print(f"FAILED {self._number:3}  {self._title}: {reason}", flush=True)
            raise StepError(reason) from error


class Steps:
    """The steps of a story, with numbers."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.count = 0

    def step(self, title: str) -> Step:
        """Begin the next step."""
        self.count += 1
        return Step(self.count, title)

    def wait_for(self, look: Callable[[], T], is_there: Callable[[T], bool], what: str) -> T:
        """Look again and again until it is there.

        Raises
        ------
        StepError
            If it is not there after a while.
        """
        end = time.monotonic() + self.deadline.left(30)
        while True:
            found = look()
            if is_there(found):
                return found
            if time.monotonic() > end:
                raise StepError(f"expected {what}, found nothing of it in time")
            time.sleep(0.2)


def expect_equal(what: str, expected: object, found: object) -> None:
    """Hold that two things are the same.

    Raises
    ------
    StepError
        With both, if they are not.
    """
    if expected != found:
        raise StepError(f"{what}: expected {expected}, found {found}")
