"""A folder of one's own for each test, and the command line in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from peerloom.cli import main, programme_options

MONDAY = "2026-11-23T09:00"
EVENING = datetime(2026, 11, 23, 18, tzinfo=UTC)
MEMBERS = """id,name,level,teach,learn,timezone,availability
ada,Ada Lovelace,3,SQL,Git,Europe/Berlin,Mon-Fri 18:00-20:00
bo,Bo Ek,2,Git,SQL,Europe/Berlin,Mon-Fri 18:00-20:00
cy,,3,Rust,Git,Europe/Berlin,Mon-Fri 18:00-21:00
di,[red]Di[/],4,Git,Rust,Europe/Berlin,Mon-Fri 19:00-21:00
"""


@pytest.fixture
def peerloom(tmp_path, monkeypatch) -> Callable[..., Result]:
    """Run a command in a folder of one's own, on the evening of a Monday that never ends."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PEERLOOM_PROGRAMME", raising=False)
    monkeypatch.setattr(programme_options, "clock", lambda: EVENING)

    def run(*arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(main, [*map(str, arguments)], **options)

    return run


@pytest.fixture
def ok(peerloom) -> Callable[..., Result]:
    """Run a command that must succeed."""

    def run(*arguments: object) -> Result:
        result = peerloom(*arguments)
        assert result.exit_code == 0, result.output
        return result

    return run


@pytest.fixture
def unharmed(tmp_path) -> Callable[..., None]:
    """Run any words: they end with 0, 1 or 2, and a failure leaves the files as they were.

    Afterwards the folder is as before, for the next words.
    """

    def run(*words: str) -> None:
        kept = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        result = CliRunner().invoke(main, words)
        assert result.exit_code in (0, 1, 2)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        if result.exit_code:
            known = [path for path in kept if path.suffix in {".json", ".csv"}]
            assert all(path.read_bytes() == kept[path] for path in known)
        for path in tmp_path.iterdir():
            if path.is_file() and path not in kept:
                path.unlink()
        for path, content in kept.items():
            path.write_bytes(content)

    return run


@pytest.fixture
def data(peerloom) -> Callable[..., Any]:
    """Run a command with ``--json``, and give what it says."""

    def run(*arguments: object) -> Any:
        return json.loads(peerloom(*arguments, "--json").stdout)

    return run


@pytest.fixture
def school(ok, tmp_path) -> Callable[..., Result]:
    """A programme of four people in ``programme.json``, and the command line."""
    (tmp_path / "members.csv").write_text(MEMBERS, encoding="utf-8")
    ok("init", "Evening school", "--private-seed", 5, "--timezone", "Europe/Berlin")
    ok("import", "members.csv", "--at", MONDAY)
    return ok


@pytest.fixture
def met(school) -> Callable[..., Result]:
    """The same programme with two groups that everybody knows of: Ada and Bo, Cy and Di."""
    school("pair", "--at", MONDAY)
    school("publish", "--at", MONDAY)
    return school
