"""One JSON file that is never half written, never written by two at once, and never lost.

A file is written beside the old one, forced to the disk and put in its place in one step, while a
lock keeps other writers out; the system frees the lock when its holder dies. The version before
stays beside it as a backup. A file that is damaged, foreign or newer is never overwritten.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from peerloom.mentoring.atomic_files import keep_file, patiently, replace_file, sweep
from peerloom.mentoring.file_formats import Data, FileFormat
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

_FOR_EVERYBODY = 0o666
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
_KEYS = {"format", "version", "data"}
_LONGEST = 80


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
    >>> file.update(lambda stored: {"members": [*stored.data["members"], "bo"]}).data
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

    def update(
        self,
        change: Callable[[Stored], Data],
        *,
        keep_backups: bool = True,
        wait: float = WAIT,
    ) -> Stored:
        """Read, change and write while nobody else can write.

        Parameters
        ----------
        change
            Gives the new data for what the file holds. An error in it leaves the file as it was.
        keep_backups
            Whether the version before stays as a backup. Otherwise all older versions beside the
            file are deleted before it is replaced, for what must be gone for good; copies
            elsewhere are not known here.
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
            return self._write(change(seen), seen, keep_backups=keep_backups)

    @property
    def backup(self) -> Path:
        """Where the version before is."""
        return self._target.with_name(f"{self._target.name}.backup")

    @property
    def _target(self) -> Path:
        """The file itself, where the path is a link: a link must not be replaced by a file."""
        if not self.path.name or "\0" in str(self.path):
            raise StorageError(
                f"{str(self.path)!r} is no name of a file. Choose another one.", name=self.path.name
            )
        try:
            return self.path.resolve()
        except (OSError, RuntimeError) as error:
            # Up to Python 3.12 links that lead round in a circle are a RuntimeError.
            raise self._failed("found", OSError(errno.ELOOP, os.strerror(errno.ELOOP))) from error

    def _content(self) -> bytes:
        target = self._target
        try:
            mode = target.stat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                # A device or a pipe may never end.
                raise StorageError(
                    f"{self.path.name} is no ordinary file. Choose another one.",
                    name=self.path.name,
                )
            return patiently(target.read_bytes)
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
        for key in sorted(document.keys() - _KEYS):
            # It would be lost with the next change.
            shown = json.dumps(key)[:_LONGEST]  # nothing in it steers a terminal
            raise self._damaged(f"{shown}: no key that is known here", place=key)
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

    def _write(self, data: Data, seen: Stored | None, *, keep_backups: bool = True) -> Stored:
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
        target = self._target

        def with_backups() -> None:
            if not keep_backups:
                self._remove_backups()
            elif seen is not None and before is not None:
                keep_file(target, before, at=self.backup)
                if seen.version < self.format.version:
                    older = target.with_name(f"{target.name}.version-{seen.version}.backup")
                    keep_file(target, before, at=older)

        try:
            sweep(target)
            if before != content:
                self._check_rights(is_there=before is not None)
                replace_file(target, content, like=target, just_before=with_backups)
            elif not keep_backups:
                self._remove_backups()
        except OSError as error:
            raise self._failed("written", error) from None
        return written

    def _check_rights(self, *, is_there: bool) -> None:
        """Refuse to replace a file that its owner keeps from being written, as the system would."""
        if is_there and not os.access(self._target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def _remove_backups(self) -> None:
        target = self._target
        old = re.compile(rf"{re.escape(target.name)}(?:\.version-\d+)?\.backup")
        for path in target.parent.iterdir():
            if old.fullmatch(path.name):
                path.unlink(missing_ok=True)

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
        try:
            # The lock would make the folder: a slip of the pen should not.
            is_there = target.parent.is_dir()
        except OSError as error:
            raise self._failed("written", error) from None
        if not is_there:
            raise StorageError(
                f"{self.path.name} cannot be written: there is no folder "
                f"{target.parent.name}. Make it first, or choose another place.",
                name=self.path.name,
            )
        # The lock holds nothing, and everybody who may write the file must be able to take it.
        lock = FileLock(
            target.with_name(f".{target.name}.lock"),
            timeout=wait,
            mode=_FOR_EVERYBODY,
            fallback_to_soft=False,
        )
        try:
            lock.acquire()
        except Timeout:
            raise BusyFileError(
                f"Somebody else is writing to {self.path.name}. Try again in a moment.",
                name=self.path.name,
            ) from None
        except OSError as error:
            if error.errno in _NO_LOCKS:
                raise StorageError(
                    f"{self.path.name} is in a place where others cannot be kept from writing at "
                    "the same time. Move it to a folder of this machine.",
                    name=self.path.name,
                ) from None
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
