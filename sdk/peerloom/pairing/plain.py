"""The engine in plain Python and NumPy: runs everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peerloom.pairing.blossom import BlossomForest
from peerloom.pairing.candidates import best_partners
from peerloom.pairing.fractional import HalfIntegralMatching
from peerloom.pairing.graph import SparseGraph
from peerloom.pairing.pricing import violations

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray


class PlainGraph(SparseGraph):
    """A sparse graph that knows its solvers."""

    def half(self) -> HalfIntegralMatching:
        """Start the half-integral matching."""
        return HalfIntegralMatching(self)

    def forest(self, prices: IntArray, mates: IntArray) -> BlossomForest:
        """Start the exact matching from prices and partners without blossoms."""
        return BlossomForest(self, prices, mates)


class PlainEngine:
    """Everything in Python and NumPy."""

    name = "python"
    graph = staticmethod(PlainGraph)
    best_partners = staticmethod(best_partners)
    violations = staticmethod(violations)
