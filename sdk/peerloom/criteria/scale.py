"""From a quality to points: the whole numbers in which pair scores are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from peerloom.policy import FULL_SHARES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Points: TypeAlias = NDArray[np.int32]

FULL_QUALITY = 1000
"""What a criterion gives two people for whom it could not be better."""

STEP = 12
"""Pair scores are multiples of it: a half (trio), third, quarter of a sum stays a whole number."""

FULL_SCORE = STEP * FULL_SHARES
"""The score of a perfect pair."""


def points_of(quality: ArrayLike, share: int) -> Points:
    """Give the points of some qualities for a criterion with `share` thousandths of a full score.

    Examples
    --------
    >>> points_of([0, 667, 1000], 100).tolist()
    [0, 792, 1200]
    """
    return (STEP * (np.asarray(quality, dtype=np.int64) * share // FULL_QUALITY)).astype(np.int32)
