"""The pairing engine: exact matching and grouping on whole numbers, with proofs.

`match` finds the best pairs of any graph and proves it; `partition` puts everybody into exactly one
pair, trio or circle and says how far from the best this can be at most.
"""

from peerloom.pairing.matching import Matching, match

__all__ = ["Matching", "match"]
