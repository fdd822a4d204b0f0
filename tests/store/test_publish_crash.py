"""kill -9 in the middle of publishing: the old round is published, or the new one, never half."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from lti_tool.web import visits

PUBLISHING = Path(__file__).with_name("publishing.py")
OLD = {"1": "published", "2": "draft"}
NEW = {"1": "closed", "2": "published"}


def test_a_round_is_published_whole_or_not_at_all(any_app: Flask, make_in: Any, clock: Any) -> None:
    services = any_app.extensions["peerloom"]
    client = any_app.test_client()
    with Session(services.engine, expire_on_commit=False) as session:
        make = make_in(any_app, session)
        course = make.course(learners=5)
        page = make.visit(client, course.staff)
    csrf = {"csrf_token": make.form_token(page)}

    def draft() -> tuple[str, dict[str, str]]:
        answer = client.post(f"{page}/rounds", data={**csrf, "preset": "bootcamp"})
        assert answer.status_code == 303, answer.text
        address = answer.location.removeprefix("https://peerloom.example.edu")
        shown = client.get(address).text
        (token,) = set(re.findall(r'name="draft" value="([^"]+)"', shown))
        return f"{address}/publish", {**csrf, "draft": token}

    target, form = draft()
    assert client.post(target, data=form).status_code == 303
    target, form = draft()
    browser = client.get_cookie(visits.COOKIE, "peerloom.example.edu", f"{page}/")
    assert browser is not None
    config = services.config
    story = {
        "url": config.url,
        "host": "peerloom.example.edu",
        "data": str(config.data),
        "database": config.database,
        "secret": config.secret,
        "now": clock().isoformat(),
        "page": f"{page}/",
        "browser": browser.decoded_value,
        "target": target,
        "form": form,
    }
    services.engine.dispose()
    told = subprocess.run(
        [sys.executable, PUBLISHING],
        input=json.dumps(story),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    ).stdout.splitlines()
    *killed, done = [json.loads(line) for line in told if line.startswith("{")]
    moments = [line for line in told if not line.startswith("{")]
    assert all(one["status"] == signal.SIGKILL for one in killed)
    assert len(killed) == len(moments)
    assert moments.count("UPDATE") >= 2
    assert moments[-1] == "COMMITTED"
    # The commit is the one moment between the two: everything before it left the old round.
    publishing = moments.index("COMMITTED", moments.index("UPDATE"))
    assert [one["rounds"] for one in killed[:publishing]] == [OLD] * publishing
    assert all(one["rounds"] == NEW for one in killed[publishing:])
    assert (done["status"], done["rounds"]) == (0, NEW)
    with any_app.test_client() as again:
        again.set_cookie(
            visits.COOKIE, browser.decoded_value, domain="peerloom.example.edu", path=f"{page}/"
        )
        assert again.get(f"{page}/course").status_code == 200
