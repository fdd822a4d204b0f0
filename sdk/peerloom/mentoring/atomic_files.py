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
_T = TypeVar("_T")


def replace_file(target: Path, content: bytes, *, like: Path) -> None:
    """Write a file beside its place, force it to the disk, and put it there in one step.

    Parameters
    ----------
    target
        Where it goes.
    content
        What it holds.
    like
        The file whose rights it gets. Where there is none, only its owner may read it.

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
            temporary.chmod(stat.S_IMODE(like.stat().st_mode))
        patiently(lambda: temporary.replace(target))
    finally:
        temporary.unlink(missing_ok=True)
    _force_folder(target.parent)


def _force_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut, where the system can."""
    if _IS_WINDOWS:
        return
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
