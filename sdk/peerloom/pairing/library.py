"""The library of the compiled engine: how it is found, and how it is called.

It is plain C functions over numbers, without Python's own interface, so it is loaded with ctypes:
one build serves every version of Python, and other threads go on while it works.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.weights import Edges, IntArray

_VERSION = 2
# Among fewer people a second thread costs more than it brings.
_WORTH_THREADS = 1500

_POINTER = ctypes.c_void_p
_LONG = ctypes.c_int64
# Function: what it gives back, and what it takes.
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "scan": (_LONG, (_POINTER, _LONG, _LONG, _LONG, _POINTER)),
    "narrow": (_LONG, (_POINTER, _LONG, _LONG, _POINTER, _LONG, _LONG)),
    "list_size": (_LONG, (_POINTER,)),
    "list_take": (None, (_POINTER, _POINTER)),
    "table": (_POINTER, (_LONG, _POINTER, _LONG, _LONG)),
    "table_add": (_LONG, (_POINTER, _LONG, _LONG, _POINTER, _POINTER, _POINTER, _LONG)),
    "table_mask": (_LONG, (_POINTER, _POINTER, _POINTER)),
    "table_free": (None, (_POINTER,)),
    "table_rows": (_LONG, (_POINTER, _LONG, _POINTER)),
    "best_partners": (_POINTER, (_POINTER, _LONG, _LONG, _LONG)),
    "violations": (
        _POINTER,
        (_POINTER, _POINTER, _LONG, _POINTER, _POINTER, _LONG, _LONG, _POINTER),
    ),
    "graph": (_POINTER, (_LONG,)),
    "graph_add": (_LONG, (_POINTER, _LONG, _POINTER, _POINTER, _POINTER)),
    "graph_free": (None, (_POINTER,)),
    "half": (_POINTER, (_POINTER,)),
    "half_solve": (_LONG, (_POINTER,)),
    "half_raise": (_LONG, (_POINTER, _LONG, _POINTER, _POINTER, _POINTER)),
    "half_open_rings": (None, (_POINTER,)),
    "half_read": (None, (_POINTER, _POINTER, _POINTER, _POINTER)),
    "half_free": (None, (_POINTER,)),
    "forest": (_POINTER, (_POINTER, _POINTER, _POINTER)),
    "forest_copy": (_POINTER, (_POINTER,)),
    "forest_solve": (_LONG, (_POINTER,)),
    "forest_raise": (_LONG, (_POINTER, _LONG, _POINTER, _POINTER, _POINTER)),
    "forest_set_aside": (_LONG, (_POINTER, _LONG, _LONG)),
    "forest_take_back": (None, (_POINTER, _LONG)),
    "forest_read": (None, (_POINTER, _POINTER, _POINTER, _POINTER)),
    "forest_tolls": (_POINTER, (_POINTER,)),
    "forest_blossoms": (_POINTER, (_POINTER, _LONG)),
    "forest_free": (None, (_POINTER,)),
}


@cache
def load(path: str | None = None) -> Any:
    """Load the library; None where it was not built, or is of another version.

    Parameters
    ----------
    path
        The library's file; None for the one beside this module.
    """
    folder = Path(__file__).parent
    candidates = [folder / f"_core{suffix}" for suffix in EXTENSION_SUFFIXES]
    for file in [Path(path)] if path else candidates:
        if not file.is_file():
            continue
        try:
            library = ctypes.CDLL(str(file))
            library.pl_version.restype = _LONG
            if library.pl_version() != _VERSION:
                continue
            for name, (result, arguments) in _SIGNATURES.items():
                function = getattr(library, f"pl_{name}")
                function.restype, function.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        return library
    return None


def scan(library: Any, weights: NDArray[np.signedinteger[Any]]) -> tuple[int, bool]:
    """Find the largest weight off the diagonal (at least 0), and whether the matrix is symmetric.

    Parameters
    ----------
    library
        What `load` gave.
    weights
        Square and contiguous, of 2, 4 or 8 bytes each.
    """
    out = np.zeros(2, dtype=np.int64)
    size = len(weights)
    check(
        library.pl_scan(address(weights), weights.itemsize, size, threads_for(size), address(out))
    )
    return int(out[0]), bool(out[1])


def threads_for(size: int) -> int:
    """Give one thread for each processor that this process may use, where it is worth that."""
    if size < _WORTH_THREADS:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def addresses(edges: Edges) -> tuple[Any, ...]:
    """Give the number of edges and the addresses of their three arrays."""
    arrays = [np.ascontiguousarray(array, dtype=np.int64) for array in edges]
    # The arrays live as long as their addresses are used: each address holds its array.
    return (len(arrays[0]), *map(address, arrays))


def address(array: NDArray[Any]) -> Any:
    """Give the address of an array's numbers, which keeps the array alive."""
    pointer = ctypes.c_void_p(array.ctypes.data)
    pointer.array = array  # type: ignore[attr-defined]  # only to keep it alive
    return pointer


def taken(library: Any, found: int | None) -> IntArray:
    """Copy a list of the library's, and free it there."""
    if found is None:
        raise MemoryError
    out = np.empty(library.pl_list_size(found), dtype=np.int64)
    library.pl_list_take(found, address(out))
    return out


def check(status: int) -> None:
    """Raise what a function of the library could not.

    Raises
    ------
    MemoryError
        There was no room.
    """
    if status < 0:
        raise MemoryError
