"""Files that are replaced in one step: whoever reads sees the old one or the new one, whole."""

from __future__ import annotations

import os
import re
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

# Windows refuses to replace a file in the moment in which somebody reads it.
_PATIENCE = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)

_IS_WINDOWS = os.name == "nt"
_AS_IT_IS = -1
_T = TypeVar("_T")


def replace_file(
    target: Path, content: bytes, *, like: Path, just_before: Callable[[], None] | None = None
) -> None:
    """Write a file beside its place, force it to the disk, and put it there in one step.

    Parameters
    ----------
    target
        Where it goes.
    content
        What it holds.
    like
        The file whose rights, owner and group it gets, as far as the system lets it. Where there
        is none, only its owner may read it.
    just_before
        Done when all is written and nothing is replaced yet; an error in it stops the rest.

    Raises
    ------
    OSError
        When the system refuses; what was there before is still there.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            _give_rights(temporary, like.stat())
        if just_before is not None:
            just_before()
        patiently(lambda: temporary.replace(target))
    finally:
        temporary.unlink(missing_ok=True)
    _force_folder(target.parent)


def keep_file(target: Path, content: bytes, *, at: Path) -> None:
    """Give what a file holds a second name, in the place of what had this name before.

    Parameters
    ----------
    target
        The file, soon to be replaced.
    content
        What it holds: a copy is written where the file system knows no second names.
    at
        The second name, in the same folder.

    Raises
    ------
    OSError
        When the system refuses; what was there before is still there.
    """
    temporary = at.with_name(f".{at.name}.keeping_.tmp")
    try:
        temporary.unlink(missing_ok=True)
        os.link(target, temporary)
    except OSError:
        replace_file(at, content, like=target)
        return
    try:
        patiently(lambda: temporary.replace(at))
    finally:
        # Two names of the same file do not replace each other: then the first one is still there.
        temporary.unlink(missing_ok=True)


def _give_rights(path: Path, like: os.stat_result) -> None:
    """Let the same people read and write a file as another one, and never more."""
    rights = stat.S_IMODE(like.st_mode)
    if not _IS_WINDOWS and not any(
        _chown(path, owner, like.st_gid) for owner in (like.st_uid, _AS_IT_IS)
    ):
        rights &= ~stat.S_IRWXG  # its group is another one
    path.chmod(rights)


def _chown(path: Path, owner: int, group: int) -> bool:
    try:
        os.chown(path, owner, group)
    except OSError:
        return False
    return True


def _force_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut, where the system can."""
    if _IS_WINDOWS:
        return
    # The file is in its place already: some file systems do this for files alone.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(target: Path) -> None:
    """Remove what killed writers of a file and its backups left behind.

    Only while nobody writes to the file.
    """
    names = {re.escape(target.name), rf"{re.escape(target.name)}(?:\.version-\d+)?\.backup"}
    left = re.compile(rf"\.(?:{'|'.join(sorted(names))})\.[a-z0-9_]{{8}}\.tmp")
    for path in target.parent.iterdir():
        if left.fullmatch(path.name):
            path.unlink(missing_ok=True)


def patiently(act: Callable[[], _T]) -> _T:
    """Try again for a second where Windows refuses because somebody has the file open."""
    for seconds in _PATIENCE if _IS_WINDOWS else ():
        try:
            return act()
        except PermissionError:
            time.sleep(seconds)
    return act()
