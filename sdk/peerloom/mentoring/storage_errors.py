"""What can go wrong with a stored file. None of these errors ever costs what is already stored."""

from __future__ import annotations

from peerloom.errors import PeerloomError


class StorageError(PeerloomError):
    """A file that cannot be read or written.

    Parameters
    ----------
    sentence
        What went wrong and what to do about it.
    name
        The name of the file, without its folder.
    """

    code = "storage_failed"

    def __init__(self, sentence: str, *, name: str) -> None:
        super().__init__(sentence, detail=f"{type(self).code}: a stored file")
        self.name = name


class MissingFileError(StorageError):
    """There is no such file yet."""

    code = "file_missing"


class ExistingFileError(StorageError):
    """There is a file already where a new one should begin."""

    code = "file_exists"


class BusyFileError(StorageError):
    """Somebody else is writing to the file and does not come to an end."""

    code = "file_busy"


class ChangedFileError(StorageError):
    """Somebody else has written to the file since it was read."""

    code = "file_changed"


class NewerFileError(StorageError):
    """A newer version of this package wrote the file."""

    code = "file_newer"


class ForeignFileError(StorageError):
    """A file in JSON, but not one of ours."""

    code = "file_foreign"


class DamagedFileError(StorageError):
    """A file that cannot be understood.

    Parameters
    ----------
    line, column
        Where reading stopped, counted from 1; None where the text is JSON and `place` says it.
    place
        The keys that lead to what is wrong, such as ``"version"``; empty where `line` says it.
    """

    code = "file_damaged"

    def __init__(
        self,
        sentence: str,
        *,
        name: str,
        line: int | None = None,
        column: int | None = None,
        place: str = "",
    ) -> None:
        super().__init__(sentence, name=name)
        self.line = line
        self.column = column
        self.place = place
