"""What the engine refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class NoPartitionError(ValueError):
    """Not everybody can be in a group without a forbidden pair.

    Parameters
    ----------
    indices
        Who could not be placed.
    """

    code = "no-partition"

    def __init__(self, indices: Sequence[int]) -> None:
        self.indices = tuple(indices)
        super().__init__(f"no group without a forbidden pair was found for {self.indices}")


class EngineError(RuntimeError):
    """The engine that was asked for is not there."""

    code = "no-engine"
