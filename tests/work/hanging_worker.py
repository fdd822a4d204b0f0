"""A worker that never finishes its job: run by a test, which then kills it."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from lti_tool.store.engine import open_engine
from lti_tool.work.runner import Worker


def hang(payload: dict[str, Any], _: datetime) -> None:
    sys.stdout.write(f"in the middle of {payload['key']}\n")
    sys.stdout.flush()
    sys.stdin.read()


address, now = sys.argv[1:]
Worker(open_engine(address), {"note": hang}, lambda: datetime.fromisoformat(now)).run_one()
