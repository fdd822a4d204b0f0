"""One JSON file that is never half written, never written by two at once, and never lost.

A file is written beside the old one, forced to the disk and put in its place in one step, while a
lock keeps other writers out; the system frees the lock when its holder dies. The version before
stays beside it as a backup. A file that is damaged, foreign or newer is never overwritten.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from peerloom.mentoring.atomic_files import patiently, replace_file, sweep
from peerloom.mentoring.json_text import BrokenTextError, NotPlainError, from_bytes, to_bytes
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

WAIT = 10.0
"""So many seconds a writer waits for another one."""

Data = dict[str, Any]
Migration = Callable[[Data], Data]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """What kind of file it is, and how older versions of it become the present one.

    Parameters
    ----------
    name
        Stands in every file, so that no other JSON is mistaken for one.
    version
        The version that is written, from 1 up.
    migrations
        For each older version that can still be read, the function that turns its data into that
        of the next version. It may change what it is given: nobody else has it.

    Raises
    ------
    ValueError
        For migrations that do not lead step by step to the present version.

    Examples
    --------
    >>> def name_the_members(data):
    ...     return {"members": data["people"]}
    >>> FileFormat(name="programme", version=2, migrations={1: name_the_members}).oldest
    1
    """

    name: str
    version: int
    migrations: Mapping[int, Migration] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.version < 1 or sorted(self.migrations) != list(range(self.oldest, self.version)):
            raise ValueError("migrations must lead step by step to the present version")

    @property
    def oldest(self) -> int:
        """The oldest version that can be read."""
        return min(self.migrations, default=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a file held when it was read.

    It may hold private words: whoever reads a programme file can read everything in it.

    Parameters
    ----------
    data
        In the form of the present version.
    fingerprint
        SHA-256 of the file, by which a writer shows what it has seen.
    version
        The version that the file itself has.
    """

    data: Data = field(repr=False, hash=False)
    fingerprint: str
    version: int


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A file of plain data, read and written as a whole.

    Parameters
    ----------
    path
        Where it is. Beside it lie its lock ``.NAME.lock``, its backup ``NAME.backup``, and a
        backup ``NAME.version-1.backup`` for each older version that was migrated.
    format
        What kind of file it is.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = JsonFile(Path(folder.name) / "spring.json", FileFormat(name="programme", version=1))
    >>> seen = file.write({"members": ["ada"]}, seen=None)
    >>> file.update(lambda data: {"members": [*data["members"], "bo"]}).data
    {'members': ['ada', 'bo']}
    >>> try:
    ...     file.write({"members": []}, seen=seen)
    ... except ChangedFileError as error:
    ...     print(error)
    spring.json has been changed since you read it. Read it again and repeat your change.
    >>> folder.cleanup()
    """

    path: Path
    format: FileFormat

    def read(self) -> Stored:
        """Read the file. Nothing is written, also where the file has an older version.

        Raises
        ------
        MissingFileError, DamagedFileError, ForeignFileError, NewerFileError, StorageError
            As their names say.
        """
        return self._stored(self._content())

    def write(self, data: Data, *, seen: Stored | None, wait: float = WAIT) -> Stored:
        """Put data in the place of what was read.

        Parameters
        ----------
        data
            Dicts with texts as keys, lists, texts, numbers, true, false and None.
        seen
            What was read or written last; None to begin a new file.
        wait
            How many seconds to wait for another writer.

        Returns
        -------
        Stored
            What is in the file now.

        Raises
        ------
        ChangedFileError, ExistingFileError, MissingFileError, BusyFileError, StorageError
            As their names say. The file is as it was before.
        """
        with self._alone(wait):
            return self._write(data, seen)

    def update(self, change: Callable[[Data], Data], *, wait: float = WAIT) -> Stored:
        """Read, change and write while nobody else can write.

        Parameters
        ----------
        change
            Gives the new data. An error in it leaves the file as it was.
        wait
            How many seconds to wait for another writer.

        Raises
        ------
        MissingFileError, DamagedFileError, ForeignFileError, NewerFileError, BusyFileError, \
StorageError
            As their names say. The file is as it was before.
        """
        with self._alone(wait):
            seen = self.read()
            return self._write(change(seen.data), seen)

    def remove_backups(self, *, wait: float = WAIT) -> None:
        """Delete all older versions beside the file, for what must be gone for good.

        The file itself stays, and the next change begins a new backup. What killed writers left
        behind goes too. Copies elsewhere are not known here.

        Raises
        ------
        BusyFileError, StorageError
            As their names say.
        """
        with self._alone(wait):
            target = self._target
            old = re.compile(rf"{re.escape(target.name)}(?:\.version-\d+)?\.backup")
            try:
                sweep(target)
                for path in target.parent.iterdir():
                    if old.fullmatch(path.name):
                        path.unlink(missing_ok=True)
            except OSError as error:
                raise self._failed("freed of its backups", error) from None

    @property
    def backup(self) -> Path:
        """Where the version before is."""
        return self._target.with_name(f"{self._target.name}.backup")

    @property
    def _target(self) -> Path:
        """The file itself, where the path is a link: a link must not be replaced by a file."""
        return self.path.resolve()

    def _content(self) -> bytes:
        try:
            return patiently(self._target.read_bytes)
        except FileNotFoundError:
            raise MissingFileError(
                f"There is no file {self.path.name}. Check its name, or begin a new one.",
                name=self.path.name,
            ) from None
        except OSError as error:
            raise self._failed("read", error) from None

    def _stored(self, content: bytes) -> Stored:
        try:
            document = from_bytes(content)
        except BrokenTextError as error:
            raise self._damaged(
                f"line {error.line}, column {error.column}: {error}", error.line, error.column
            ) from None
        if not isinstance(document, dict) or document.get("format") != self.format.name:
            raise ForeignFileError(
                f'{self.path.name} is JSON, but no file of the kind "{self.format.name}". '
                "Choose another one.",
                name=self.path.name,
            )
        version = document.get("version")
        if type(version) is not int or version < 1:
            raise self._damaged('"version": no whole number from 1 up', place="version")
        if version > self.format.version:
            raise NewerFileError(
                f"{self.path.name} was written by a newer peerloom (version {version} of the file; "
                f"this one reads up to {self.format.version}). Update peerloom to open it.",
                name=self.path.name,
            )
        if version < self.format.oldest:
            raise StorageError(
                f"{self.path.name} is too old (version {version} of the file; this peerloom reads "
                f"from {self.format.oldest} on). Open it with an older peerloom first.",
                name=self.path.name,
            )
        data = document.get("data")
        if not isinstance(data, dict):
            raise self._damaged('"data": no keys with values', place="data")
        for step in range(version, self.format.version):
            try:
                data = self.format.migrations[step](data)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise self._damaged(
                    f'"data": not what version {version} holds ({type(error).__name__})',
                    place="data",
                ) from error
        fingerprint = hashlib.sha256(content).hexdigest()
        return Stored(data=data, fingerprint=fingerprint, version=version)

    def _write(self, data: Data, seen: Stored | None) -> Stored:
        """Replace the file; the caller holds the lock."""
        try:
            content = to_bytes(
                {"format": self.format.name, "version": self.format.version, "data": data}
            )
        except NotPlainError as error:
            raise StorageError(
                f"{self.path.name} is left as it was: JSON does not hold this data ({error}).",
                name=self.path.name,
            ) from None
        written = Stored(
            data=data,
            fingerprint=hashlib.sha256(content).hexdigest(),
            version=self.format.version,
        )
        before = self._before(seen)
        if before == content:
            return written
        target = self._target
        try:
            sweep(target)
            if seen is not None and before is not None:
                replace_file(self.backup, before, like=target)
                if seen.version < self.format.version:
                    kept = target.with_name(f"{target.name}.version-{seen.version}.backup")
                    replace_file(kept, before, like=target)
            replace_file(target, content, like=target)
        except OSError as error:
            raise self._failed("written", error) from None
        return written

    def _before(self, seen: Stored | None) -> bytes | None:
        """Give what the file holds, if it is what the writer has seen."""
        try:
            content = self._content()
        except MissingFileError:
            if seen is None:
                return None
            raise
        if seen is None:
            raise ExistingFileError(
                f"There is a file {self.path.name} already. Open it, or choose another name.",
                name=self.path.name,
            )
        if hashlib.sha256(content).hexdigest() != seen.fingerprint:
            raise ChangedFileError(
                f"{self.path.name} has been changed since you read it. Read it again and repeat "
                "your change.",
                name=self.path.name,
            )
        return content

    @contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        target = self._target
        if not target.parent.is_dir():
            # The lock would make the folder: a slip of the pen should not.
            raise StorageError(
                f"{self.path.name} cannot be written: there is no folder "
                f"{target.parent.name}. Make it first, or choose another place.",
                name=self.path.name,
            )
        lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=wait)
        try:
            lock.acquire()
        except Timeout:
            raise BusyFileError(
                f"Somebody else is writing to {self.path.name}. Try again in a moment.",
                name=self.path.name,
            ) from None
        except OSError as error:
            raise self._failed("written", error) from None
        try:
            yield
        finally:
            lock.release()

    def _failed(self, done: str, error: OSError) -> StorageError:
        why = (error.strerror or type(error).__name__).lower()
        return StorageError(f"{self.path.name} cannot be {done}: {why}.", name=self.path.name)

    def _damaged(
        self, where: str, line: int | None = None, column: int | None = None, *, place: str = ""
    ) -> DamagedFileError:
        has_backup = f" The version before it is in {self.backup.name}."
        return DamagedFileError(
            f"{self.path.name} is damaged at {where}. It was left as it is."
            + (has_backup if self.backup.exists() else ""),
            name=self.path.name,
            line=line,
            column=column,
            place=place,
        )
