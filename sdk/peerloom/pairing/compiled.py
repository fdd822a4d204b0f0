"""The engine in C++: the same steps, many times faster. Built with the package where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from peerloom.pairing.blossom import Blossom
from peerloom.pairing.candidates import SAMPLE
from peerloom.pairing.library import address, addresses, check, taken, threads_for
from peerloom.pairing.pricing import Violations
from peerloom.pairing.profiles import Codes, SharedBits
from peerloom.pairing.tables import NARROW, DenseTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import Edges, IntArray

# Up to this many people the weights of profiles are kept, once worked out: two bytes a pair.
_KEPT = 4096


class CompiledEngine:
    """The steps that cost time, in C++.

    Parameters
    ----------
    library
        What `load` gave.
    threads
        How many threads; None for one on each processor. The answers do not depend on it.
    """

    name = "compiled"

    def __init__(self, library: Any, threads: int | None = None) -> None:
        self._library = library
        self._threads = threads

    def graph(self, size: int) -> _Graph:
        """Make an empty graph."""
        return _Graph(self._library, size)

    def best_partners(self, table: Table, count: int) -> IntArray:
        """See `peerloom.pairing.candidates.best_partners`."""
        threads = self._threads_for(table)
        handle = _table(self._library, table, threads).handle
        count = min(count, table.size - 1)
        return taken(self._library, self._library.pl_best_partners(handle, count, SAMPLE, threads))

    def violations(
        self,
        table: Table,
        forest: _Forest | None,
        price: IntArray,
        most: int,
        rows: IntArray | None = None,
    ) -> Violations:
        """See `peerloom.pairing.pricing.violations`."""
        excess = np.zeros(1, dtype=np.int64)
        threads = self._threads_for(table)
        found = self._library.pl_violations(
            _table(self._library, table, threads).handle,
            None if forest is None else forest.handle,
            most,
            address(price),
            None if rows is None else address(rows),
            0 if rows is None else len(rows),
            threads,
            address(excess),
        )
        listed = taken(self._library, found)
        crowded, codes = np.split(listed[1:], listed[:1])
        return Violations(codes, int(excess[0]), crowded)

    def _threads_for(self, table: Table) -> int:
        return threads_for(table.size) if self._threads is None else self._threads


class _Handle:
    """Something of the library's that is freed with its Python object."""

    def __init__(self, library: Any, handle: int | None, free: str) -> None:
        if handle is None:
            raise MemoryError
        self.library = library
        self.handle = handle
        self._free = getattr(library, f"pl_{free}_free")

    def __del__(self) -> None:
        if hasattr(self, "_free"):
            self._free(self.handle)


class _Graph(_Handle):
    def __init__(self, library: Any, size: int) -> None:
        super().__init__(library, library.pl_graph(size), "graph")
        self.size = size

    def add(self, tails: IntArray, heads: IntArray, doubled: IntArray) -> None:
        check(self.library.pl_graph_add(self.handle, *addresses((tails, heads, doubled))))

    def half(self) -> _Half:
        return _Half(self.library, self)

    def forest(self, prices: IntArray, mates: IntArray) -> _Forest:
        made = self.library.pl_forest(self.handle, address(prices), address(mates))
        return _Forest(self.library, self, made)


class _Half(_Handle):
    def __init__(self, library: Any, graph: _Graph) -> None:
        super().__init__(library, library.pl_half(graph.handle), "half")
        self._graph = graph

    def solve(self) -> None:
        check(self.library.pl_half_solve(self.handle))

    def raise_prices(self, edges: Edges) -> None:
        check(self.library.pl_half_raise(self.handle, *addresses(edges)))

    def open_rings(self) -> None:
        self.library.pl_half_open_rings(self.handle)

    def prices(self) -> IntArray:
        prices, _, _ = self._read()
        return prices

    def mates(self) -> IntArray:
        _, mates, _ = self._read()
        return mates

    def in_rings(self) -> NDArray[np.bool_]:
        _, _, rings = self._read()
        return rings.astype(np.bool_)

    def _read(self) -> tuple[IntArray, IntArray, IntArray]:
        prices, mates, rings = (np.empty(self._graph.size, dtype=np.int64) for _ in range(3))
        self.library.pl_half_read(self.handle, address(prices), address(mates), address(rings))
        return prices, mates, rings


class _Forest(_Handle):
    def __init__(self, library: Any, graph: _Graph, handle: int | None) -> None:
        super().__init__(library, handle, "forest")
        self._graph = graph

    def solve(self) -> None:
        check(self.library.pl_forest_solve(self.handle))

    def raise_prices(self, edges: Edges) -> None:
        check(self.library.pl_forest_raise(self.handle, *addresses(edges)))

    def prices(self) -> IntArray:
        prices, _, _ = self._read()
        return prices

    def mates(self) -> IntArray:
        _, mates, _ = self._read()
        return mates

    def in_blossoms(self) -> NDArray[np.bool_]:
        _, _, tops = self._read()
        return tops >= self._graph.size

    def dual(self) -> int:
        flat: list[int] = taken(self.library, self.library.pl_forest_tolls(self.handle)).tolist()
        prices: list[int] = self.prices().tolist()
        tolls = zip(flat[::2], flat[1::2], strict=True)
        return sum(prices) + sum(toll * (count // 2) for toll, count in tolls)

    def blossoms(self, *, least: int = 0) -> list[Blossom]:
        flat = taken(self.library, self.library.pl_forest_blossoms(self.handle, least)).tolist()
        found = []
        at = 0
        while at < len(flat):
            node, toll, holder, count = flat[at : at + 4]
            at += 4 + count
            found.append(Blossom(node, toll, holder, tuple(flat[at - count : at])))
        return found

    def copy(self) -> _Forest:
        return _Forest(self.library, self._graph, self.library.pl_forest_copy(self.handle))

    def set_aside(self, vertex: int, unpayable: int) -> None:
        check(self.library.pl_forest_set_aside(self.handle, vertex, unpayable))

    def take_back(self, vertex: int) -> None:
        self.library.pl_forest_take_back(self.handle, vertex)

    def _read(self) -> tuple[IntArray, IntArray, IntArray]:
        prices, mates, tops = (np.empty(self._graph.size, dtype=np.int64) for _ in range(3))
        self.library.pl_forest_read(self.handle, address(prices), address(mates), address(tops))
        return prices, mates, tops


class _Table(_Handle):
    """A table of weights with the arrays that it points to."""

    def __init__(self, library: Any, table: Table, threads: int) -> None:
        self._arrays: list[NDArray[Any]] = []
        if isinstance(table, DenseTable):
            data = self._narrowed(library, table, threads)
            super().__init__(library, _dense(library, data), "table")
            return
        least = min(table.least, np.iinfo(np.int32).max)
        super().__init__(library, library.pl_table(table.size, None, 0, least), "table")
        for term in table.terms:
            self._add(term)
        self._mask(table)
        if table.size <= _KEPT and table.highest < 1 << 15:
            self._keep_rows(table.size, threads)

    def _keep_rows(self, size: int, threads: int) -> None:
        """Work all rows out once, and go on with the matrix: many passes will read it."""
        data = np.empty((size, size), dtype=np.int16)
        check(self.library.pl_table_rows(self.handle, threads, address(data)))
        kept = _Handle(self.library, _dense(self.library, data), "table")
        # The two change places: the terms go with what is forgotten here.
        self.handle, kept.handle = kept.handle, self.handle
        self._arrays = [data]

    def _narrowed(self, library: Any, table: DenseTable, threads: int) -> NDArray[Any]:
        width: type[np.signedinteger[Any]] = np.int64
        if table.highest < NARROW:
            width = np.int16 if table.highest < 1 << 15 else np.int32
        source = np.ascontiguousarray(table.weights)
        data = np.empty((table.size, table.size), dtype=width)
        size = (source.itemsize, table.size)
        check(library.pl_narrow(address(source), *size, address(data), data.itemsize, threads))
        self._arrays.append(data)
        return data

    def _add(self, term: Any) -> None:
        points = self._keep(term.points, np.int32)
        if isinstance(term, Codes):
            codes = self._keep(term.codes, np.int32)
            kind, words, left, right = 2, 1, codes, codes
        elif isinstance(term, SharedBits):
            left = right = self._keep(term.bits, np.uint64)
            kind, words = 0, 2 * left.shape[1]
        else:
            left, right = self._keep(term.give, np.uint64), self._keep(term.take, np.uint64)
            kind, words = 1, 2 * left.shape[1]
        check(
            self.library.pl_table_add(
                self.handle,
                kind,
                words,
                address(left),
                address(right),
                address(points),
                len(points),
            )
        )

    def _mask(self, table: Table) -> None:
        tails, heads, _ = table.special
        if not len(tails):
            return
        rows = np.concatenate((tails, heads))
        columns = np.concatenate((heads, tails))
        order = np.lexsort((columns, rows))
        starts = np.searchsorted(rows[order], np.arange(table.size + 1))
        columns = np.ascontiguousarray(columns[order])
        check(self.library.pl_table_mask(self.handle, address(starts), address(columns)))

    def _keep(self, array: NDArray[Any], kind: type[Any]) -> NDArray[Any]:
        kept = np.ascontiguousarray(array, dtype=kind)
        self._arrays.append(kept)
        return kept


def _dense(library: Any, data: NDArray[Any]) -> int | None:
    handle: int | None = library.pl_table(len(data), address(data), data.itemsize, 0)
    return handle


def _table(library: Any, table: Table, threads: int) -> _Table:
    """Give the library's own table, made once for each table."""
    made: _Table | None = table.compiled
    if made is None or made.library is not library:
        made = table.compiled = _Table(library, table, threads)
    return made
