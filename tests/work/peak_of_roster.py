"""Run what is due in a database at a moment, then tell how many jobs and how many MiB it took."""

from __future__ import annotations

import resource
import sys
from datetime import datetime

from lti_tool.config import Config
from lti_tool.store.engine import open_engine
from lti_tool.work import make_worker
from lti_tool.work.platforms import Platforms


def clock() -> datetime:
    return now


address, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
engine = open_engine(address)
platforms = Platforms(Config(development=True), engine, "s" * 32, clock)
done = make_worker(engine, platforms, clock).run_due()
platforms.close()
# Linux counts in kibibytes.
sys.stdout.write(f"{done} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}\n")
