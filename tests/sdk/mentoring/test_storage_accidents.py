"""The stored file where disks, rights, links and other processes are not as one would like."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from peerloom.mentoring import atomic_files
from peerloom.mentoring.file_formats import FileFormat
from peerloom.mentoring.storage import JsonFile
from peerloom.mentoring.storage_errors import (
    BusyFileError,
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


# --- links, rights, a full disk -------------------------------------------------------------------


@POSIX
def test_a_link_stays_a_link(file, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    file.write({"n": 0}, seen=None)
    link = other / "link.json"
    link.symlink_to(file.path)
    JsonFile(link, FORMAT).update(lambda stored: {"n": 1})
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


def test_a_disk_that_is_full_after_the_backup_keeps_the_backup(file, monkeypatch):
    seen = file.write({"n": 0}, seen=None)
    seen = file.write({"n": 1}, seen=seen)
    before = file.backup.read_bytes()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_files.os, "fsync", full)
    with pytest.raises(StorageError):
        file.write({"n": 2}, seen=seen)
    assert file.backup.read_bytes() == before


def test_where_there_are_no_second_names_the_backup_is_a_copy(file, monkeypatch):
    def no_links(*arguments):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(atomic_files.os, "link", no_links)
    seen = file.write({"n": 0}, seen=None)
    before = file.path.read_bytes()
    file.write({"n": 1}, seen=seen)
    assert file.backup.read_bytes() == before
    assert names(file) == ["spring.json", "spring.json.backup"]


@POSIX
def test_a_backup_that_is_the_file_itself_becomes_the_version_before(file):
    """As a writer leaves it that is killed between the two steps."""
    seen = file.write({"n": 0}, seen=None)
    os.link(file.path, file.backup)
    before = file.path.read_bytes()
    file.write({"n": 1}, seen=seen)
    assert file.backup.read_bytes() == before
    assert file.read().data == {"n": 1}
    assert names(file) == ["spring.json", "spring.json.backup"]


@POSIX
def test_a_folder_that_cannot_be_forced_to_the_disk_is_no_failure(file, monkeypatch):
    real = os.open

    def refuse(path, *arguments, **options):
        if Path(path).is_dir():
            raise OSError(22, "Invalid argument")
        return real(path, *arguments, **options)

    monkeypatch.setattr(atomic_files.os, "open", refuse)
    written = file.write({"n": 0}, seen=None)
    assert file.read() == written


@POSIX
def test_a_file_that_its_owner_protects_is_not_replaced(file, monkeypatch):
    seen = file.write({"n": 0}, seen=None)
    # Whoever runs the tests may be somebody who may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StorageError, match="cannot be written: permission denied"):
        file.write({"n": 1}, seen=seen)
    assert file.write({"n": 0}, seen=seen) == seen
    assert file.read() == seen


@POSIX
@pytest.mark.parametrize(
    ("may", "rights"), [({"owner", "group"}, 0o660), ({"group"}, 0o660), (set(), 0o600)]
)
def test_owner_and_group_stay_or_the_group_gets_nothing(file, monkeypatch, may, rights):
    seen = file.write({"n": 0}, seen=None)
    file.path.chmod(0o660)
    before = file.path.stat()
    asked = []

    def chown(path, owner, group):
        asked.append((owner, group))
        if (owner == -1 and "group" not in may) or (owner != -1 and "owner" not in may):
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(atomic_files.os, "chown", chown)
    file.write({"n": 1}, seen=seen)
    assert stat.S_IMODE(file.path.stat().st_mode) == rights
    assert asked[0] == (before.st_uid, before.st_gid)
    assert asked[1:] in ([], [(-1, before.st_gid)])


@POSIX
def test_everybody_who_may_write_the_file_may_take_its_lock(file):
    file.write({}, seen=None)
    lock = file.path.with_name(".spring.json.lock")
    assert stat.S_IMODE(lock.stat().st_mode) == 0o666
    assert lock.read_bytes() == b""


@POSIX
@pytest.mark.parametrize("refusal", ["ENOLCK", "ENOSYS", "EOPNOTSUPP"])
def test_a_place_without_locks_is_no_place_to_write(file, monkeypatch, refusal):
    fcntl = pytest.importorskip("fcntl")
    seen = file.write({"n": 0}, seen=None)

    def no_locks(*arguments):
        raise OSError(getattr(errno, refusal), "no locks")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(StorageError, match="Move it to a folder of this machine"):
        file.write({"n": 1}, seen=seen)
    assert file.read() == seen


@POSIX
def test_what_may_never_end_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(StorageError, match="no ordinary file"):
            JsonFile(path, FORMAT).read()


@POSIX
def test_links_in_a_circle_and_names_that_are_none_are_no_traceback(tmp_path):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.symlink_to(other)
    other.symlink_to(one)
    long = tmp_path / ("x" * 300) / "spring.json"
    for path in (one, tmp_path / "a\0b", tmp_path / "a\0b" / "c", Path("/"), Path(), long):
        file = JsonFile(path, FORMAT)
        for act in (file.read, lambda file=file: file.write({}, seen=None)):
            with pytest.raises(StorageError):
                act()


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
from peerloom.mentoring.file_formats import FileFormat
from peerloom.mentoring.storage import JsonFile
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
    file.update(
        lambda stored: {
            "n": stored.data["n"] + 1, "by": [*stored.data["by"], sys.argv[1] * 50]
        },
        wait=60,
    )
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
file.update(lambda stored: {{"n": 1}})
"""
    with child(file, code) as process:
        assert process.stdout.readline() == "writing\n"
        with pytest.raises(BusyFileError, match="Try again"):
            file.update(lambda stored: {"n": 2}, wait=0)
        process.kill()
        process.wait()
    assert file.read() == seen
    assert len(names(file)) > 1
    assert file.update(lambda stored: {"n": 3}).data == {"n": 3}
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


def test_no_older_version_outlives_a_change_that_was_to_delete_it(file, monkeypatch):
    """Whoever is interrupted on the way finds the file as it was, and can do it again."""
    seen = file.write({"n": 0}, seen=None)
    file.write({"n": 1}, seen=seen)

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic_files.Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        file.update(lambda stored: {"n": 2}, keep_backups=False)
    monkeypatch.undo()
    assert file.read().data == {"n": 1}
    assert names(file) == ["spring.json"]


def test_a_writer_waits_only_so_long(file):
    file.write({"n": 0}, seen=None)
    with FileLock(file.path.with_name(".spring.json.lock")), pytest.raises(BusyFileError):
        file.update(lambda stored: stored.data, wait=0)
    assert file.update(lambda stored: {"n": 1}, wait=0).data == {"n": 1}
