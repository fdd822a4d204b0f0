"""The programme file: written whole, never lost, opened quickly when nobody touched it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerloom.members import Member
from peerloom.mentoring.storage_errors import (
    DamagedFileError,
    ExistingFileError,
    MissingFileError,
    NewerFileError,
)
from peerloom.programmes import files
from peerloom.programmes.documents import to_plain
from peerloom.programmes.errors import ProgrammeError, ProgrammeFileError, UnknownRecordError
from peerloom.programmes.files import (
    change_programme,
    create_programme,
    erase_member,
    load_programme,
)
from peerloom.programmes.membership import join

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def path(tmp_path, course):
    """A file with a whole programme."""
    path = tmp_path / "school.json"
    create_programme(path, course)
    return path


def german(programme):
    return replace(programme, language="de")


def test_a_programme_comes_back_from_its_file(path, course):
    assert load_programme(path) == course


def test_a_new_file_never_takes_the_place_of_another(path, course):
    with pytest.raises(ExistingFileError):
        create_programme(path, course)


def test_a_change_is_written_and_the_version_before_is_kept(path, course):
    before = path.read_bytes()
    after = change_programme(path, lambda programme: replace(programme, name="Night school"))
    assert after == load_programme(path) == replace(course, name="Night school")
    assert path.with_name("school.json.backup").read_bytes() == before


def test_a_change_that_fails_leaves_the_file_as_it_was(path):
    before = path.read_bytes()
    with pytest.raises(UnknownRecordError):
        change_programme(path, lambda programme: programme.groups["group-99"] and programme)
    assert path.read_bytes() == before


def test_what_would_not_load_again_is_not_written(path, course):
    before = path.read_bytes()
    lost = replace(course.check_ins["checkin-1"], id="lost", session="session-99")
    said = r'"check_ins\[\d+\]\.session" needs ids that are in "sessions"'
    with pytest.raises(ProgrammeError, match=said):
        change_programme(path, lambda programme: programme.put("check_ins", lost))
    with pytest.raises(ProgrammeError, match=said):
        create_programme(path.with_name("new.json"), course.put("check_ins", lost))
    assert path.read_bytes() == before
    assert not path.with_name("new.json").exists()


def test_saving_what_was_loaded_gives_the_same_bytes(path):
    before = path.read_bytes()
    change_programme(path, lambda programme: programme)
    assert path.read_bytes() == before


def test_a_file_that_nobody_touched_is_not_checked_anew(path):
    programme = load_programme(path)
    assert {type(one) for one in programme.sessions.plain()} == {dict}


def test_a_file_from_elsewhere_is_checked_at_once(path, tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    programme = load_programme(copy)
    assert dict not in {type(one) for one in programme.sessions.plain()}
    assert programme == load_programme(path)


@pytest.mark.parametrize("do", [load_programme, lambda path: change_programme(path, german)])
def test_a_file_changed_by_hand_is_checked_at_once_and_left_as_it_is(path, do):
    document = json.loads(path.read_text())
    document["data"]["private"]["sessions"][1]["minutes"] = "many"
    path.write_text(json.dumps(document))
    before = path.read_bytes()
    with pytest.raises(ProgrammeFileError) as error:
        do(path)
    assert str(error.value) == (
        'school.json: key "private.sessions[2].minutes": expected a whole number, '
        "found something else"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("do", [load_programme, lambda path: change_programme(path, german)])
def test_a_damaged_file_is_named_by_place_and_left_as_it_is(path, do):
    path.write_bytes(path.read_bytes()[:-100])
    before = path.read_bytes()
    with pytest.raises(DamagedFileError) as error:
        do(path)
    assert error.value.line
    assert path.read_bytes() == before


def test_an_unknown_newer_version_is_refused(path):
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"version": 99}))
    with pytest.raises(NewerFileError):
        change_programme(path, german)


FIRST = Path(__file__).with_name("files") / "version-1.json"
"""A whole programme as the first version of this package wrote it, kept as it is for good."""


def test_the_first_version_is_still_read_and_written_as_it_was(tmp_path):
    """Where this fails, the shape of the file has changed: add a version and a migration."""
    path = tmp_path / "school.json"
    path.write_bytes(FIRST.read_bytes())
    programme = load_programme(path)
    assert [len(programme.members), len(programme.sessions)] == [8, 4]
    assert programme.check_ins["checkin-1"].good == "ada-good-words"
    assert to_plain(programme) == json.loads(FIRST.read_bytes())["data"]
    change_programme(path, lambda one: replace(one, erased=1))
    assert replace(load_programme(path), erased=0) == programme
    assert path.with_name("school.json.backup").read_bytes() == FIRST.read_bytes()


def test_an_older_version_is_migrated_checked_and_kept(path, course, monkeypatch):
    """As the next version might be: it calls the programme by another key."""
    document = json.loads(path.read_text())
    document["data"]["title"] = document["data"].pop("name")
    path.write_text(json.dumps(document))
    old = path.read_bytes()
    seal = path.with_name(".school.json.seal")
    seal.write_text(f"1 {hashlib.sha256(old).hexdigest()}")
    first = files.FORMAT

    def name_it(data):
        return {"name": data.pop("title"), **data}

    monkeypatch.setattr(files, "FORMAT", replace(first, version=2, migrations={1: name_it}))
    programme = load_programme(path)
    assert dict not in {type(one) for one in programme.sessions.plain()}
    assert programme == course
    assert path.read_bytes() == old
    change_programme(path, german)
    change_programme(path, lambda one: replace(one, name="Night school"))
    assert json.loads(path.read_text())["version"] == 2
    assert path.with_name("school.json.version-1.backup").read_bytes() == old
    monkeypatch.setattr(files, "FORMAT", first)
    new = path.read_bytes()
    for act in (load_programme, lambda path: change_programme(path, german)):
        with pytest.raises(NewerFileError, match="Update peerloom to open it"):
            act(path)
    assert path.read_bytes() == new


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        load_programme(tmp_path / "school.json")


def test_erasing_deletes_what_backups_still_know(path):
    change_programme(path, lambda programme: replace(programme, name="Night school"))
    old = path.with_name("school.json.version-0.backup")
    old.write_bytes(path.read_bytes())
    erase_member(path, "ada", now=NOW)
    left = [one for one in path.parent.iterdir() if b"ada" in one.read_bytes().lower()]
    assert left == []
    assert "ada" not in load_programme(path).members


def add(path, number):
    change_programme(path, lambda one: join(one, [Member(id=f"new-{number}")], now=NOW)[0])


def test_writers_at_the_same_time_lose_nothing(path):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=add, args=(path, number)) for number in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    members = load_programme(path).members
    assert all(f"new-{number}" in members for number in range(4))
