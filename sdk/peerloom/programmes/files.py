"""The programme file: one JSON file that holds a whole programme.

It is written in one step, under a lock, and the version before stays beside it as a backup. A file
that is damaged or of a newer version is refused, with the place, and never overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from peerloom.mentoring.storage import Data, FileFormat, JsonFile
from peerloom.programmes.documents import of_plain, to_plain
from peerloom.programmes.programme import Programme

FORMAT = FileFormat(name="peerloom.programme", version=1)
"""What the file says that it is. A change of its shape adds a version and a migration."""


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
    return of_plain(file.read().data, name=file.path.name)


def create_programme(path: str | os.PathLike[str], programme: Programme) -> None:
    """Begin a new programme file.

    Raises
    ------
    ExistingFileError
        Where there is a file already.
    StorageError
        When it cannot be written.
    """
    _file(path).write(to_plain(programme), seen=None)


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
        after.append(change(of_plain(data, name=file.path.name)))
        return to_plain(after[0])

    file.update(changed)
    return after[0]


def _file(path: str | os.PathLike[str]) -> JsonFile:
    return JsonFile(Path(path), FORMAT)
