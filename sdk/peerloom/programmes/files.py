"""The programme file: one JSON file that holds a whole programme.

It is written in one step, under a lock, and the version before stays beside it as a backup. A file
that is damaged or of a newer version is refused, with the place, and never overwritten.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from peerloom.mentoring.json_text import no_collection
from peerloom.mentoring.storage import Data, FileFormat, JsonFile, Stored
from peerloom.programmes.documents import of_plain, to_plain
from peerloom.programmes.erasing import erase
from peerloom.programmes.programme import Programme

FORMAT = FileFormat(name="peerloom.programme", version=1)
"""What the file says that it is. A change of its shape adds a version and a migration."""


@no_collection()
def load_programme(path: str | os.PathLike[str]) -> Programme:
    """Read a programme file.

    Raises
    ------
    ProgrammeFileError
        With every problem of the file, each with its place.
    StorageError
        For no file, one that is no JSON, of another kind or of a newer version.
    """
    file = _file(path)
    stored = file.read()
    return _programme(file, stored.data, stored.fingerprint)


@no_collection()
def create_programme(path: str | os.PathLike[str], programme: Programme) -> None:
    """Begin a new programme file.

    Raises
    ------
    ExistingFileError
        Where there is a file already.
    StorageError
        When it cannot be written.
    """
    file = _file(path)
    _seal(file, file.write(to_plain(programme), seen=None))


@no_collection()
def change_programme(
    path: str | os.PathLike[str], change: Callable[[Programme], Programme]
) -> Programme:
    """Read a programme file, change the programme and write it, while nobody else can write.

    Parameters
    ----------
    path
        The file.
    change
        Gives the new programme. An error in it leaves the file as it was.

    Returns
    -------
    Programme
        What is in the file now.

    Raises
    ------
    ProgrammeFileError, StorageError
        As for `load_programme`; also where somebody else does not end writing.

    Examples
    --------
    >>> import tempfile
    >>> from dataclasses import replace
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "school.json"
    >>> create_programme(path, Programme(name="Evening school", private_seed=2026))
    >>> change_programme(path, lambda programme: replace(programme, language="de")).language
    'de'
    >>> load_programme(path).language
    'de'
    >>> folder.cleanup()
    """
    file = _file(path)
    after: list[Programme] = []

    def changed(data: Data) -> Data:
        # Nobody else writes meanwhile, so the file still holds these data.
        fingerprint = hashlib.sha256(file.path.read_bytes()).hexdigest()
        after.append(change(_programme(file, data, fingerprint)))
        return to_plain(after[0])

    _seal(file, file.update(changed))
    return after[0]


def erase_member(path: str | os.PathLike[str], member: str, *, now: datetime) -> Programme:
    """Erase a person from a programme file, and delete its backups, which still know them.

    Exports and copies elsewhere are not known here.

    Parameters
    ----------
    path
        The file.
    member
        The id of the person.
    now
        The present moment; aware.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    ProgrammeFileError, StorageError
        As for `change_programme`.
    """
    after = change_programme(path, lambda programme: erase(programme, member, now=now))
    _file(path).remove_backups()
    return after


def _file(path: str | os.PathLike[str]) -> JsonFile:
    return JsonFile(Path(path), FORMAT)


def _programme(file: JsonFile, data: Data, fingerprint: str) -> Programme:
    try:
        is_checked = _seal_of(file).read_text(encoding="ascii") == _sealed(fingerprint)
    except (OSError, ValueError):
        is_checked = False  # from elsewhere, or changed by hand: everything is checked at once
    return of_plain(data, name=file.path.name, is_checked=is_checked)


def _seal(file: JsonFile, stored: Stored) -> None:
    """Note beside the file that it is as this package wrote it, so that it opens quickly."""
    with suppress(OSError):
        _seal_of(file).write_text(_sealed(stored.fingerprint), encoding="ascii")


def _sealed(fingerprint: str) -> str:
    return f"{FORMAT.version} {fingerprint}"


def _seal_of(file: JsonFile) -> Path:
    path = file.path.resolve()
    return path.with_name(f".{path.name}.seal")
