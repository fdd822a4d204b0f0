"""Which engine runs: the compiled one where it was built, else the same steps in plain Python.

Both give the same groups, scores and bounds, byte for byte; only the time differs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from peerloom.pairing import plain
from peerloom.pairing.compiled import CompiledEngine
from peerloom.pairing.errors import EngineError
from peerloom.pairing.library import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from peerloom.pairing.blossom import Blossom
    from peerloom.pairing.pricing import Violations
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import Edges, IntArray


class Graph(Protocol):
    """A sparse graph; see `peerloom.pairing.graph.SparseGraph`."""

    def add(self, tails: IntArray, heads: IntArray, doubled: IntArray) -> None:
        """Add edges that are not there yet, each one once."""

    def half(self) -> Half:
        """Start the half-integral matching."""

    def forest(self, prices: IntArray, mates: IntArray) -> Forest:
        """Start the exact matching from prices and partners without blossoms."""


class Half(Protocol):
    """See `peerloom.pairing.fractional.HalfIntegralMatching`."""

    def solve(self) -> None:
        """Match until nobody is free who costs anything."""

    def raise_prices(self, edges: Edges) -> None:
        """Make the prices pay for new edges."""

    def open_rings(self) -> None:
        """Turn each odd cycle into whole edges and one free vertex."""

    def prices(self) -> IntArray:
        """Give the price of each vertex."""

    def mates(self) -> IntArray:
        """Give the partner of each vertex."""

    def in_rings(self) -> NDArray[np.bool_]:
        """Tell who is in an odd cycle."""


class Forest(Protocol):
    """See `peerloom.pairing.blossom.BlossomForest`."""

    def solve(self) -> None:
        """Match until nobody is free who costs anything."""

    def raise_prices(self, edges: Edges) -> None:
        """Make the prices pay for new edges."""

    def prices(self) -> IntArray:
        """Give the price of each vertex."""

    def mates(self) -> IntArray:
        """Give the partner of each vertex."""

    def dual(self) -> int:
        """Add up prices and tolls."""

    def in_blossoms(self) -> NDArray[np.bool_]:
        """Tell who is inside a blossom."""

    def blossoms(self, *, least: int = 0) -> list[Blossom]:
        """List all living blossoms with at least this toll."""

    def copy(self) -> Forest:
        """Give an independent forest on the same graph."""

    def set_aside(self, vertex: int, unpayable: int) -> None:
        """Take a vertex out."""

    def take_back(self, vertex: int) -> None:
        """Put a vertex back in."""


class Engine(Protocol):
    """The steps that cost time."""

    @property
    def name(self) -> str:
        """What it is called: ``python`` or ``compiled``."""

    def graph(self, size: int) -> Graph:
        """Make an empty graph."""

    def best_partners(self, table: Table, count: int) -> IntArray:
        """See `peerloom.pairing.candidates.best_partners`."""

    def violations(
        self, table: Table, forest: Any, price: IntArray, most: int, rows: IntArray | None = None
    ) -> Violations:
        """See `peerloom.pairing.pricing.violations`; the forest is this engine's, or None."""


_chosen: ContextVar[Engine | None] = ContextVar("peerloom_engine", default=None)


def current() -> Engine:
    """Give the engine that runs.

    The environment variable ``PEERLOOM_ENGINE`` may say ``python`` or ``compiled``.

    Raises
    ------
    EngineError
        What it says is not there.
    """
    return _chosen.get() or _named(os.environ.get("PEERLOOM_ENGINE", ""))


@contextmanager
def using(engine: str | Engine, *, threads: int | None = None) -> Iterator[Engine]:
    """Run with one of the engines, for a comparison.

    Parameters
    ----------
    engine
        ``python`` or ``compiled``, or an engine itself.
    threads
        How many threads the compiled engine may use; None for one on each processor.

    Raises
    ------
    EngineError
        There is no compiled engine here, or none of this name.

    Examples
    --------
    >>> from peerloom.pairing import match
    >>> with using("python"):
    ...     match([[0, 3], [3, 0]]).total
    3
    """
    token = _chosen.set(_named(engine, threads) if isinstance(engine, str) else engine)
    try:
        yield current()
    finally:
        _chosen.reset(token)


def _named(name: str, threads: int | None = None) -> Engine:
    if name not in ("", "python", "compiled"):
        raise EngineError(f'an engine is called "python" or "compiled", not "{name}"')
    if name == "python":
        return plain.PlainEngine()
    library = load()
    if library is not None:
        return CompiledEngine(library, threads)
    if name == "compiled":
        raise EngineError("there is no compiled engine: it is built where a C++ compiler is found")
    return plain.PlainEngine()
