"""Run the demo: ``python -m examples.classroom``."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

from examples.classroom.demo import main

_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    # Once is enough: a second signal must not break off the tidying up.
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    for ending in _ENDINGS:
        signal.signal(ending, _leave)
    sys.exit(main(sys.argv[1:]))
