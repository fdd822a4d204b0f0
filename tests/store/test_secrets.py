"""The secret file, the signing keys and the invitations."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lti_tool.config import Config, ConfigError
from lti_tool.store import invitations
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.keys import StoredKey, add_key, read_keys
from lti_tool.store.models import Invitation, ToolKey
from lti_tool.store.secret import read_secret
from lti_tool.work.platforms import Platforms

SECRET = "a secret of at least 32 characters"


def config(data: Path, secret: str = "") -> Config:
    return Config(url="https://p.example", data=data, secret=secret)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    first = read_secret(config(data))
    assert len(first) >= 32
    assert read_secret(config(data)) == first
    assert [path.name for path in data.iterdir()] == ["secret"]
    assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600


def test_a_given_secret_touches_no_file(tmp_path: Path) -> None:
    assert read_secret(config(tmp_path, SECRET)) == SECRET
    assert list(tmp_path.iterdir()) == []


def test_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: read_secret(config(tmp_path)), range(16)))
    assert len(found) == 1


@pytest.mark.parametrize("content", ["", "short", "ä" * 40])
def test_a_spoilt_secret_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="PEERLOOM_DATA"):
        read_secret(config(tmp_path))


def test_keys_are_read_back_with_the_newest_first(engine: Engine, clock: Any) -> None:
    with Session(engine) as session:
        for number in range(3):
            with writing(session):
                add_key(
                    session,
                    StoredKey(f"k{number}", b"private half"),
                    SECRET,
                    clock() + timedelta(days=number),
                )
        assert [key.kid for key in read_keys(session, SECRET)] == ["k2", "k1", "k0"]
        stored = session.scalars(select(ToolKey)).all()
        assert all(b"private half" not in row.encrypted_private_key for row in stored)
        with pytest.raises(ConfigError, match="PEERLOOM_SECRET"):
            list(read_keys(session, SECRET + "x"))


def test_the_first_signing_key_is_made_once(address: str, engine: Engine, clock: Any) -> None:
    platforms = [
        Platforms(Config(development=True), open_engine(address), SECRET, clock) for _ in range(3)
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: one.signing_keys(), platforms))
    kids = [[key.kid for key in one.signing_keys()] for one in platforms]
    assert kids[0] == kids[1] == kids[2]
    for one in platforms:
        one.close()
        one._engine.dispose()


def test_an_invitation_is_good_once_for_seven_days(engine: Engine, clock: Any) -> None:
    with Session(engine) as session, writing(session):
        token = invitations.invite(session, clock())
        assert token not in str(vars(session.scalars(select(Invitation)).one()))
        assert invitations.is_open(session, token, clock())
        assert not invitations.is_open(session, token + "x", clock())
        assert not invitations.is_open(session, token, clock() + timedelta(days=7))
        assert not invitations.spend(session, token, clock() + timedelta(days=7))
        assert invitations.spend(session, token, clock())
        assert not invitations.spend(session, token, clock())
        assert not invitations.is_open(session, token, clock())
