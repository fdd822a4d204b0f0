"""Run the demo: ``python -m examples.classroom``."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

from examples.classroom.demo import main


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # Whoever ends us politely gets an orderly end, too: no process of the tool stays behind.
    signal.signal(signal.SIGTERM, _leave)
    sys.exit(main(sys.argv[1:]))
