"""The stored file: whole after every accident, never written by two, never overwritten blindly."""

from __future__ import annotations

import os

import pytest

from peerloom.mentoring.file_formats import FileFormat
from peerloom.mentoring.storage import JsonFile
from peerloom.mentoring.storage_errors import (
    ChangedFileError,
    DamagedFileError,
    ExistingFileError,
    ForeignFileError,
    MissingFileError,
    NewerFileError,
    StorageError,
)

FORMAT = FileFormat(name="programme", version=1)
POSIX = pytest.mark.skipif(os.name == "nt", reason="rights and links of POSIX")


@pytest.fixture
def file(tmp_path):
    return JsonFile(tmp_path / "spring.json", FORMAT)


def names(file):
    """Give the files in the folder, but for the lock."""
    return sorted(one.name for one in file.path.parent.iterdir() if not one.name.endswith(".lock"))


# --- reading and writing --------------------------------------------------------------------------


def test_a_file_is_begun_read_and_written(file):
    begun = file.write({"people": ["ada"]}, seen=None)
    assert file.read() == begun
    assert file.read().data == {"people": ["ada"]}
    written = file.write({"people": ["ada", "bo"]}, seen=begun)
    assert file.read() == written
    assert names(file) == ["spring.json", "spring.json.backup"]


def test_the_backup_is_the_version_before(file):
    seen = file.write({"n": 0}, seen=None)
    for number in (1, 2):
        before = file.path.read_bytes()
        seen = file.write({"n": number}, seen=seen)
        assert file.backup.read_bytes() == before
    assert JsonFile(file.backup, FORMAT).read().data == {"n": 1}


def test_writing_the_same_again_keeps_file_and_backup(file):
    seen = file.write({"n": 0}, seen=None)
    seen = file.write({"n": 1}, seen=seen)
    before = (file.path.stat().st_ino, file.backup.read_bytes())
    assert file.write({"n": 1}, seen=seen) == seen
    assert (file.path.stat().st_ino, file.backup.read_bytes()) == before


def test_nobody_overwrites_what_they_have_not_seen(file):
    first = file.write({"n": 0}, seen=None)
    file.write({"n": 1}, seen=first)
    with pytest.raises(ChangedFileError, match="Read it again"):
        file.write({"n": 2}, seen=first)
    with pytest.raises(ExistingFileError, match="already"):
        file.write({"n": 2}, seen=None)
    assert file.read().data == {"n": 1}


def test_a_file_that_is_not_there_is_named(file):
    with pytest.raises(MissingFileError, match=r"no file spring\.json"):
        file.read()
    with pytest.raises(MissingFileError):
        file.update(lambda stored: stored.data)
    seen = file.write({}, seen=None)
    file.path.unlink()
    with pytest.raises(MissingFileError):
        file.write({"n": 1}, seen=seen)
    assert names(file) == []


def test_an_error_in_a_change_leaves_everything_as_it_was(file):
    file.write({"n": 0}, seen=None)

    def change(stored):
        stored.data["n"] = 1
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        file.update(change)
    assert file.read().data == {"n": 0}
    assert file.update(lambda stored: {"n": stored.data["n"] + 1}, wait=0).data == {"n": 1}


def test_data_that_json_does_not_hold_is_not_written(file):
    seen = file.write({"n": 0}, seen=None)
    with pytest.raises(StorageError, match="left as it was"):
        file.write({"n": {1, 2}}, seen=seen)
    assert file.read() == seen


def test_a_folder_that_is_not_there_or_is_no_folder_is_no_traceback(tmp_path):
    (tmp_path / "file").write_text("")
    for place in ("nowhere", "file"):
        with pytest.raises(StorageError, match="cannot be written"):
            JsonFile(tmp_path / place / "spring.json", FORMAT).write({}, seen=None)
    with pytest.raises(MissingFileError):
        JsonFile(tmp_path / "nowhere" / "spring.json", FORMAT).read()
    with pytest.raises(StorageError, match="cannot be read"):
        JsonFile(tmp_path, FORMAT).read()


def test_private_words_are_in_no_error_and_no_repr(file):
    seen = file.write({"note": "I am lost"}, seen=None)
    assert "lost" not in repr(seen)
    file.path.write_bytes(file.path.read_bytes()[:-4])
    with pytest.raises(DamagedFileError) as caught:
        file.read()
    assert "lost" not in caught.value.sentence + caught.value.detail


# --- files that are not overwritten ---------------------------------------------------------------

NEW = '{"format":"programme","version":2,"data":{}}'


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ("", DamagedFileError, "line 1, column 1: the file is empty"),
        ('{"format":"programme",\n"version":1,"data":{"a":', DamagedFileError, "line 2, column 25"),
        ('{"format":"programme","version":"1","data":{}}', DamagedFileError, '"version": no whole'),
        (
            '{"format":"programme","version":true,"data":{}}',
            DamagedFileError,
            '"version": no whole',
        ),
        ('{"format":"programme","version":0,"data":{}}', DamagedFileError, '"version": no whole'),
        ('{"format":"programme","data":{}}', DamagedFileError, '"version": no whole number'),
        ('{"format":"programme","version":1,"data":[]}', DamagedFileError, '"data": no keys'),
        ('{"format":"programme","version":1}', DamagedFileError, '"data": no keys'),
        (NEW, NewerFileError, "Update peerloom"),
        ('{"format":"policy","version":1,"data":{}}', ForeignFileError, 'of the kind "programme"'),
        ("[1]", ForeignFileError, "Choose another"),
    ],
)
def test_what_cannot_be_understood_is_named_and_left_alone(file, content, error, words):
    file.path.write_text(content, encoding="utf-8")
    for act in (file.read, lambda: file.update(lambda stored: {"n": 1})):
        with pytest.raises(error) as caught:
            act()
        assert words in caught.value.sentence
        assert caught.value.name == "spring.json"
    with pytest.raises(ExistingFileError):
        file.write({}, seen=None)
    assert file.path.read_text(encoding="utf-8") == content
    assert names(file) == ["spring.json"]


def test_a_damaged_file_points_to_its_backup(file):
    seen = file.write({"n": 0}, seen=None)
    seen = file.write({"n": 1}, seen=seen)
    file.path.write_bytes(b"{")
    with pytest.raises(DamagedFileError, match=r"before it is in spring\.json\.backup"):
        file.read()
    with pytest.raises(ChangedFileError):
        file.write({"n": 2}, seen=seen)
    assert file.path.read_bytes() == b"{"


def test_a_file_that_was_cut_off_anywhere_is_damaged(file):
    file.write({"people": [{"id": "ä", "n": 1.5}, {"id": "bo"}], "on": True}, seen=None)
    content = file.path.read_bytes()
    for length in range(len(content) - 1):
        file.path.write_bytes(content[:length])
        with pytest.raises(DamagedFileError) as caught:
            file.read()
        assert caught.value.line is not None


def test_a_key_that_is_not_known_is_refused_before_a_change_loses_it(file):
    file.path.write_text('{"format":"programme","version":1,"data":{},"mine":1}')
    before = file.path.read_bytes()
    for act in (file.read, lambda: file.update(lambda stored: {"n": 1})):
        with pytest.raises(DamagedFileError, match='"mine": no key that is known') as caught:
            act()
        assert caught.value.place == "mine"
    assert file.path.read_bytes() == before
    file.path.write_text('{"format":"programme","version":1,"data":{},"\\u001b[31m":1}')
    with pytest.raises(DamagedFileError) as caught:
        file.read()
    assert caught.value.sentence.isprintable()


# --- versions -------------------------------------------------------------------------------------

THIRD = FileFormat(
    name="programme",
    version=3,
    migrations={
        1: lambda data: {"members": data["people"]},
        2: lambda data: data | {"members": [{"id": one} for one in data["members"]]},
    },
)


def test_older_versions_are_read_and_written_anew(file):
    file.write({"people": ["ada"]}, seen=None)
    old = file.path.read_bytes()
    third = JsonFile(file.path, THIRD)
    seen = third.read()
    assert (seen.version, seen.data) == (1, {"members": [{"id": "ada"}]})
    assert file.path.read_bytes() == old
    seen = third.write(seen.data, seen=seen)
    third.update(lambda stored: stored.data | {"n": 1})
    assert third.read().version == 3
    assert (file.path.parent / "spring.json.version-1.backup").read_bytes() == old
    assert third.backup.read_bytes() != old
    with pytest.raises(NewerFileError, match=r"version 3 of the file; this one reads up to 1"):
        file.read()


def test_a_version_in_between_starts_in_the_middle(file):
    file.path.write_text('{"format":"programme","version":2,"data":{"members":["ada"]}}')
    assert JsonFile(file.path, THIRD).read().data == {"members": [{"id": "ada"}]}


def test_old_data_that_is_not_as_it_should_be_is_damaged(file):
    file.path.write_text('{"format":"programme","version":1,"data":{"folk":[]}}')
    with pytest.raises(DamagedFileError, match=r'"data": not what version 1 holds') as caught:
        JsonFile(file.path, THIRD).read()
    assert caught.value.place == "data"


def test_a_version_without_a_migration_is_too_old(file):
    file.path.write_text('{"format":"programme","version":1,"data":{}}')
    second = FileFormat(name="programme", version=3, migrations={2: dict})
    with pytest.raises(StorageError, match=r"too old .* reads from 2 on"):
        JsonFile(file.path, second).read()


@pytest.mark.parametrize(("version", "steps"), [(0, []), (2, [2]), (3, [1]), (4, [1, 3]), (1, [1])])
def test_migrations_must_lead_to_the_present_version(version, steps):
    with pytest.raises(ValueError, match="step by step"):
        FileFormat(name="programme", version=version, migrations=dict.fromkeys(steps, dict))


def test_older_versions_are_gone_for_good_when_they_must_be(file):
    file.write({"people": ["ada"]}, seen=None)
    third = JsonFile(file.path, THIRD)
    third.update(lambda stored: {"members": ["ada"]})
    theirs = ["spring.json.version-x.backup", "winter.json.backup", "spring.json.backup.old"]
    for name in [*theirs, ".spring.json.a1_b2c3d.tmp"]:
        (file.path.parent / name).write_text("ada")
    assert len(names(file)) == 7
    for _ in range(2):
        third.update(lambda stored: {"members": []}, keep_backups=False)
        assert names(file) == sorted([*theirs, "spring.json"])
        assert third.read().data == {"members": []}
        third.backup.write_text("ada")
