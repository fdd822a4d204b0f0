"""The secret file, the signing keys and the invitations."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.config import Config, ConfigError
from lti_tool.store import invitations
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.keys import LEAD, OVERLAP, StoredKey, add_key, read_keys
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


def test_keys_are_read_back_with_the_signing_one_first(engine: Engine, clock: Any) -> None:
    with Session(engine) as session:
        for number in range(3):
            with writing(session):
                add_key(
                    session,
                    StoredKey(f"k{number}", b"private half"),
                    SECRET,
                    clock() + timedelta(days=number),
                )
        later = clock() + timedelta(days=2)
        assert [key.kid for key in read_keys(session, SECRET, later)] == ["k2", "k1", "k0"]
        stored = session.scalars(select(ToolKey)).all()
        assert all(b"private half" not in row.encrypted_private_key for row in stored)
        with pytest.raises(ConfigError, match="PEERLOOM_SECRET"):
            list(read_keys(session, SECRET + "x", later))


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


@pytest.fixture
def platforms(engine: Engine, clock: Any) -> Iterator[Platforms]:
    made = Platforms(Config(development=True), engine, SECRET, clock)
    yield made
    made.close()


def kids(platforms: Platforms) -> list[str]:
    return [key.kid for key in platforms.signing_keys()]


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_a_day_after(
    platforms: Platforms, clock: Any
) -> None:
    (old,) = kids(platforms)
    new = platforms.rotate_keys().kid
    assert kids(platforms) == [old, new]
    clock.advance(LEAD - timedelta(seconds=1))
    assert kids(platforms) == [old, new]
    clock.advance(timedelta(seconds=1))
    assert kids(platforms) == [new, old]
    clock.advance(OVERLAP - timedelta(seconds=1))
    platforms.tend_keys(None)
    assert kids(platforms) == [new, old]
    clock.advance(timedelta(seconds=1))
    platforms.tend_keys(None)
    assert kids(platforms) == [new]


def test_a_leaked_key_is_taken_back_at_once(platforms: Platforms) -> None:
    (old,) = kids(platforms)
    later = platforms.rotate_keys().kid
    new = platforms.rotate_keys(withdraw=True).kid
    assert kids(platforms)[0] == new
    assert old not in kids(platforms)
    assert later not in kids(platforms)


def test_a_key_can_sign_at_once(platforms: Platforms, clock: Any) -> None:
    (old,) = kids(platforms)
    clock.advance(timedelta(seconds=1))
    new = platforms.rotate_keys(at_once=True).kid
    assert kids(platforms) == [new, old]


def test_a_retired_key_leaves_its_name_and_no_private_half(
    platforms: Platforms, engine: Engine, clock: Any
) -> None:
    (old,) = kids(platforms)
    platforms.rotate_keys(withdraw=True)
    with Session(engine) as session:
        row = session.get_one(ToolKey, old)
        assert (row.retired_at, row.encrypted_private_key) == (clock(), b"")
        session.expunge(row)
        add_key(session, StoredKey(old, b"another"), SECRET, clock())
        with pytest.raises(IntegrityError):
            session.flush()


def test_keys_are_replaced_by_schedule(platforms: Platforms, clock: Any) -> None:
    longest = timedelta(days=90)
    (old,) = kids(platforms)
    clock.advance(longest - timedelta(seconds=1))
    platforms.tend_keys(longest)
    assert kids(platforms) == [old]
    clock.advance(timedelta(seconds=1))
    platforms.tend_keys(None)
    assert kids(platforms) == [old]
    platforms.tend_keys(longest)
    platforms.tend_keys(longest)
    first, second = kids(platforms)
    assert first == old
    clock.advance(LEAD + OVERLAP)
    platforms.tend_keys(longest)
    assert kids(platforms) == [second]


def test_with_another_secret_no_key_is_added(engine: Engine, clock: Any) -> None:
    one, other = (
        Platforms(Config(development=True), engine, secret, clock) for secret in (SECRET, "x" * 40)
    )
    before = kids(one)
    with pytest.raises(ConfigError, match="PEERLOOM_SECRET"):
        other.rotate_keys(withdraw=True)
    assert kids(one) == before
    one.close()
    other.close()
