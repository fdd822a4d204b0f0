"""Run what is due in a database at a moment, then tell how many jobs and how many MiB it took."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

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
# Not `ru_maxrss`: it counts what the process that started this one had in memory, too.
kibibytes = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]
sys.stdout.write(f"{done} {int(kibibytes) // 1024}\n")
