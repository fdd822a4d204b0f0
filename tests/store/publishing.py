"""Publish a round and be killed in the middle: run by `test_publish_crash`, never imported.

For each moment at which the request touches the database, a child process publishes through the
whole application and kills itself there with SIGKILL. What is stored is read after each, with a
connection of its own, and told as one JSON line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lti_tool import create_app
from lti_tool.config import Config
from lti_tool.store.engine import open_engine
from lti_tool.store.models import Round

story = json.load(sys.stdin)
config = Config(url=story["url"], data=Path(story["data"]), database=story["database"],
                secret=story["secret"])  # fmt: skip


def publish(last: int) -> int:
    """Publish, and die before the moment number `last`."""
    app = create_app(config)
    app.config["CLOCK"] = lambda: datetime.fromisoformat(story["now"])
    engine = app.extensions["peerloom"].engine
    passed = 0

    def reach(moment: str) -> None:
        nonlocal passed
        passed += 1
        if passed == last:
            os.write(1, f"{moment.split()[0]}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(engine, "before_cursor_execute")
    def before_statement(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        reach(statement)

    @event.listens_for(engine, "commit")
    def before_commit(_c: Any) -> None:
        reach("COMMIT")

    @event.listens_for(Session, "after_commit")
    def after_commit(_s: Any) -> None:
        reach("COMMITTED")

    client = app.test_client()
    client.set_cookie("peerloom-visit", story["browser"], domain=story["host"], path=story["page"])
    return int(client.post(story["target"], data=story["form"]).status_code)


def stored() -> dict[int, str]:
    """Read the states of the rounds with a fresh connection."""
    engine = open_engine(config.database)
    with Session(engine) as session:
        found = {one.number: str(one.state) for one in session.scalars(select(Round))}
    engine.dispose()
    return found


for moment in range(1, 1_000):
    child = os.fork()
    if child == 0:
        os._exit(0 if publish(moment) == 303 else 1)
    _, status = os.waitpid(child, 0)
    os.write(1, (json.dumps({"status": status, "rounds": stored()}) + "\n").encode())
    if not os.WIFSIGNALED(status):
        break
