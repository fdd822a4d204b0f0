"""The stored file: whole after every accident, never written by two, never overwritten blindly."""

from __future__ import annotations

import gc
import json
import os
import stat
import subprocess
import sys
from contextlib import contextmanager

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring import atomic_files
from peerloom.mentoring.json_text import BrokenTextError, NotPlainError, from_bytes, to_bytes
from peerloom.mentoring.storage import FileFormat, JsonFile
from peerloom.mentoring.storage_errors import (
    BusyFileError,
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


# --- text -----------------------------------------------------------------------------------------

_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.text('aä\n"', max_size=3), below, max_size=4)
    ),
    max_leaves=12,
)
_documents = st.dictionaries(st.text("abc", max_size=3), _plain, max_size=5)


@given(_documents)
def test_data_comes_back_equal_also_through_the_standard_library(data):
    content = to_bytes(data)
    assert from_bytes(content) == json.loads(content) == data
    assert from_bytes(b"\xef\xbb\xbf" + content) == data


def turned_round(value):
    """Give equal data whose keys come in the opposite order, however deep."""
    if isinstance(value, dict):
        return {key: turned_round(below) for key, below in reversed(value.items())}
    return [turned_round(below) for below in value] if isinstance(value, list) else value


@given(_documents)
def test_the_order_of_keys_leaves_no_trace(data):
    assert to_bytes(turned_round(data)) == to_bytes(data)


def test_each_record_stands_on_its_own_line():
    lines = to_bytes({"data": {"members": [{"id": "a"}, {"id": "b"}], "policy": {}}}).decode()
    wanted = '{ "data":{ "members":[ {"id":"a"}, {"id":"b"} ], "policy":{} } }'
    assert lines.split() == wanted.split()


@pytest.mark.parametrize(
    "value", [(1, 2), {1, 2}, float("nan"), float("inf"), {1: 2}, {"a": 1, 2: 3}, "\ud800", b"a"]
)
def test_what_json_does_not_hold_is_refused(value):
    for data in ({"a": value}, {"data": {"list": [value]}}):
        with pytest.raises(NotPlainError):
            to_bytes(data)


def test_data_that_is_nested_too_deeply_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotPlainError):
        to_bytes({"a": deep})
    with pytest.raises(BrokenTextError, match="nested too deeply"):
        from_bytes(b"[" * 100_000)


@pytest.mark.parametrize(
    ("content", "line", "column", "why"),
    [
        (b"", 1, 1, "the file is empty"),
        (b" \n", 1, 1, "the file is empty"),
        (b'{"a": 1,\n"b" 2}', 2, 5, "expecting ':' delimiter"),
        (b'{"a":[\n{"b":1},\n{"b":2}', 3, 8, "expecting ',' delimiter"),
        (b'{"a": "\xc3\xa4 \xff"}', 1, 10, "no text in UTF-8"),
        (b'{"a":\n"\xff"}', 2, 2, "no text in UTF-8"),
        (b'{\n"a":[\n{"b":1,"b":2},\n3]}', 3, 1, 'the key "b" stands twice in one place'),
        (b'{"a":\n[\nNaN\n]}', 3, 1, "NaN is no number in JSON"),
        (b'{"a": -Infinity}', 1, 1, "-Infinity is no number in JSON"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(content, line, column, why):
    with pytest.raises(BrokenTextError) as caught:
        from_bytes(content)
    assert (caught.value.line, caught.value.column, str(caught.value)) == (line, column, why)


@pytest.mark.parametrize("was_enabled", [True, False])
def test_garbage_is_collected_afterwards_as_before(was_enabled):
    (gc.enable if was_enabled else gc.disable)()
    try:
        to_bytes(from_bytes(b'{"a": 1}'))
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()


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
        file.update(lambda data: data)
    seen = file.write({}, seen=None)
    file.path.unlink()
    with pytest.raises(MissingFileError):
        file.write({"n": 1}, seen=seen)
    assert names(file) == []


def test_an_error_in_a_change_leaves_everything_as_it_was(file):
    file.write({"n": 0}, seen=None)

    def change(data):
        data["n"] = 1
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        file.update(change)
    assert file.read().data == {"n": 0}
    assert file.update(lambda data: {"n": data["n"] + 1}, wait=0).data == {"n": 1}


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
    for act in (file.read, lambda: file.update(lambda data: {"n": 1})):
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
    third.update(lambda data: data | {"n": 1})
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


# --- links, rights, a full disk -------------------------------------------------------------------


@POSIX
def test_a_link_stays_a_link(file, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    file.write({"n": 0}, seen=None)
    link = other / "link.json"
    link.symlink_to(file.path)
    JsonFile(link, FORMAT).update(lambda data: {"n": 1})
    assert link.is_symlink()
    assert file.read().data == {"n": 1}
    assert [one.name for one in other.iterdir()] == ["link.json"]


@POSIX
def test_a_new_file_is_for_its_owner_and_an_old_one_keeps_its_rights(file):
    seen = file.write({"n": 0}, seen=None)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    file.path.chmod(0o640)
    file.write({"n": 1}, seen=seen)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640
    assert stat.S_IMODE(file.backup.stat().st_mode) == 0o640


@pytest.mark.parametrize("fails", ["fsync", "fdopen"])
def test_a_full_disk_costs_nothing(file, monkeypatch, fails):
    seen = file.write({"n": 0}, seen=None)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_files.os, fails, full)
    with pytest.raises(StorageError, match="cannot be written: no space left on device"):
        file.write({"n": 1}, seen=seen)
    monkeypatch.undo()
    assert file.read() == seen
    assert names(file) == ["spring.json"]


def test_windows_is_given_a_second(file, monkeypatch):
    waits, refusals = [], [PermissionError(), PermissionError()]

    def act():
        if refusals:
            raise refusals.pop()
        return "done"

    monkeypatch.setattr(atomic_files, "_IS_WINDOWS", True)
    monkeypatch.setattr(atomic_files.time, "sleep", waits.append)
    assert atomic_files.patiently(act) == "done"
    assert waits == [0.01, 0.02]
    refusals.extend(PermissionError() for _ in range(20))
    with pytest.raises(PermissionError):
        atomic_files.patiently(act)
    assert sum(waits) < 2


# --- several processes ----------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from peerloom.mentoring import atomic_files
from peerloom.mentoring.storage import FileFormat, JsonFile
file = JsonFile(Path(sys.argv[1]), FileFormat(name="programme", version=1))
def tell(word):
    print(word, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def child(file, code):
    """Run code in a process of its own; it is killed at the latest at the end."""
    command = [sys.executable, "-c", CHILD + code, str(file.path)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_no_change_of_processes_that_race_is_lost(file):
    file.write({"n": 0, "by": []}, seen=None)
    code = """
tell("ready")
for _ in range(12):
    file.update(lambda data: {"n": data["n"] + 1, "by": [*data["by"], sys.argv[1] * 50]}, wait=60)
"""
    with child(file, code) as one, child(file, code) as two, child(file, code) as three:
        racing = (one, two, three)
        assert [process.stdout.readline() for process in racing] == ["ready\n"] * 3
        for process in racing:
            process.stdin.write("go\n")
            process.stdin.flush()
        reads = 0
        while any(process.poll() is None for process in racing):
            # Who only reads sees one version or another, and always a whole one.
            data = file.read().data
            assert data["n"] == len(data["by"])
            reads += 1
        assert [process.returncode for process in racing] == [0, 0, 0]
    assert file.read().data["n"] == 36
    assert reads > 0
    assert names(file) == ["spring.json", "spring.json.backup"]


@pytest.mark.parametrize("moment", ["os.fsync", "Path.replace"])
def test_a_writer_that_is_killed_costs_nothing(file, moment):
    seen = file.write({"n": 0}, seen=None)
    code = f"""
import os
{moment} = lambda *arguments: tell("writing")
file.update(lambda data: {{"n": 1}})
"""
    with child(file, code) as process:
        assert process.stdout.readline() == "writing\n"
        with pytest.raises(BusyFileError, match="Try again"):
            file.update(lambda data: {"n": 2}, wait=0)
        process.kill()
        process.wait()
    assert file.read() == seen
    assert len(names(file)) == 2
    assert file.update(lambda data: {"n": 3}).data == {"n": 3}
    assert names(file) == ["spring.json", "spring.json.backup"]


def test_what_others_left_behind_is_theirs(file):
    seen = file.write({"n": 0}, seen=None)
    mine = [".spring.json.a1_b2c3d.tmp", ".spring.json.version-2.backup.a1_b2c3d.tmp"]
    theirs = [".spring.json.old.a1_b2c3d.tmp", ".other.json.a1_b2c3d.tmp", "spring.json.tmp"]
    theirs.append(".spring.json.a1_b2c3d.tmp.txt")
    for name in mine + theirs:
        (file.path.parent / name).write_text("")
    file.write({"n": 1}, seen=seen)
    assert names(file) == sorted([*theirs, "spring.json", "spring.json.backup"])


def test_older_versions_are_gone_for_good_when_they_must_be(file):
    file.write({"people": ["ada"]}, seen=None)
    third = JsonFile(file.path, THIRD)
    third.update(lambda data: {"members": []})
    theirs = ["spring.json.version-x.backup", "winter.json.backup", "spring.json.backup.old"]
    for name in [*theirs, ".spring.json.a1_b2c3d.tmp"]:
        (file.path.parent / name).write_text("ada")
    assert len(names(file)) == 7
    third.remove_backups()
    assert names(file) == sorted([*theirs, "spring.json"])
    assert third.read().data == {"members": []}
    third.remove_backups()
    with FileLock(file.path.with_name(".spring.json.lock")), pytest.raises(BusyFileError):
        third.remove_backups(wait=0)


def test_a_writer_waits_only_so_long(file):
    file.write({"n": 0}, seen=None)
    with FileLock(file.path.with_name(".spring.json.lock")), pytest.raises(BusyFileError):
        file.update(lambda data: data, wait=0)
    assert file.update(lambda data: {"n": 1}, wait=0).data == {"n": 1}
