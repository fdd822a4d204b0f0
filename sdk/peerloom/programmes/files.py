"""The programme file: one JSON file that holds a whole programme.

It is written in one step, under a lock, and the version before stays beside it as a backup. A file
that is damaged or of a newer version is refused, with the place, and never overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from peerloom.mentoring.file_formats import Data, FileFormat
from peerloom.mentoring.json_text import no_collection
from peerloom.mentoring.storage import JsonFile, Stored
from peerloom.programmes.documents import of_plain, to_plain
from peerloom.programmes.erasing import erase
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.programme import Programme
from peerloom.programmes.references import unknown_references

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
    return _programme(file, file.read())


@no_collection()
def create_programme(path: str | os.PathLike[str], programme: Programme) -> None:
    """Begin a new programme file.

    Raises
    ------
    ExistingFileError
        Where there is a file already.
    ProgrammeError
        For a record that names something that is not in the programme: the file would not load.
    StorageError
        When it cannot be written.
    """
    file = _file(path)
    _seal(file, file.write(_plain(programme), seen=None))


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
    ProgrammeError
        As for `create_programme`.
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
    return _change(path, change)


def undo_change(path: str | os.PathLike[str]) -> tuple[Programme, Programme]:
    """Go back to the programme before the last change; doing it again takes that back.

    Numbers that were given since are not given again: somebody may have heard of them.

    Parameters
    ----------
    path
        The file; its backup holds the version before.

    Returns
    -------
    before, after : Programme
        What was in the file, and what is in it now.

    Raises
    ------
    ProgrammeError
        Where there is no backup: nothing was changed yet, or somebody was erased. Also where it is
        left over from another programme.
    ProgrammeFileError, StorageError
        As for `change_programme`.
    """
    backup = _file(path).backup
    before: list[Programme] = []

    def back(programme: Programme) -> Programme:
        before.append(programme)
        if not backup.exists():
            raise ProgrammeError("There is no change to take back.")
        earlier = load_programme(backup)
        if earlier.private_seed != programme.private_seed:
            raise ProgrammeError(
                f"{backup.name} is of another programme, so there is no change to take back."
            )
        taken: dict[str, Any] = {
            name: getattr(earlier, name).numbered_after(getattr(programme, name).last)
            for name in KINDS
        }
        return replace(earlier, **taken)

    after = _change(path, back)
    return before[0], after


def erase_member(path: str | os.PathLike[str], member: str, *, now: datetime) -> Programme:
    """Erase a person from a programme file, and delete its backups, which still know them.

    The backups go first: whoever is interrupted can erase again. Exports and copies elsewhere are
    not known here.

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
    return _change(path, lambda programme: erase(programme, member, now=now), keep_backups=False)


@no_collection()
def _change(
    path: str | os.PathLike[str],
    change: Callable[[Programme], Programme],
    *,
    keep_backups: bool = True,
) -> Programme:
    file = _file(path)
    after: list[Programme] = []

    def changed(stored: Stored) -> Data:
        after.append(change(_programme(file, stored)))
        return _plain(after[0])

    _seal(file, file.update(changed, keep_backups=keep_backups))
    return after[0]


def _file(path: str | os.PathLike[str]) -> JsonFile:
    return JsonFile(Path(path), FORMAT)


def _plain(programme: Programme) -> Data:
    """Give what is written, if it can be loaded again."""
    unknown = next(unknown_references(programme), None)
    if unknown is not None:
        raise ProgrammeError(
            f'Nothing was written: "{unknown.kind}[{unknown.place + 1}].{unknown.field}" needs '
            f"{unknown.expected}."
        )
    return to_plain(programme)


def _programme(file: JsonFile, stored: Stored) -> Programme:
    try:
        is_checked = _seal_of(file).read_text(encoding="ascii") == _sealed(stored)
    except (OSError, ValueError):
        is_checked = False  # from elsewhere, or changed by hand: everything is checked at once
    return of_plain(stored.data, name=file.path.name, is_checked=is_checked)


def _seal(file: JsonFile, stored: Stored) -> None:
    """Note beside the file that it is as this package wrote it, so that it opens quickly."""
    path = _seal_of(file)
    with suppress(OSError):
        path.unlink(missing_ok=True)  # it may be another person's
        path.write_text(_sealed(stored), encoding="ascii")


def _sealed(stored: Stored) -> str:
    return f"{FORMAT.version} {stored.fingerprint}"


def _seal_of(file: JsonFile) -> Path:
    path = file.path.resolve()
    return path.with_name(f".{path.name}.seal")
