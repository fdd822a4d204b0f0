"""The pairing engine: exact matching and grouping on whole numbers, with proofs.

`match` finds the best pairs of any graph and proves it. `partition` puts everybody into exactly one
pair, trio or circle, and says by how much at most this could be better.
"""

from peerloom.pairing.errors import NoPartitionError
from peerloom.pairing.matching import Matching, match
from peerloom.pairing.partition import Partition, partition

__all__ = ["Matching", "NoPartitionError", "Partition", "match", "partition"]
