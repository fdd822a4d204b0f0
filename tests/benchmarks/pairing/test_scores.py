"""Scores of all pairs, from what people said."""

from __future__ import annotations

import numpy as np
import pytest

from peerloom import FULL_SCORE, PRESETS, REFERENCE_WEEK
from peerloom.criteria import STEP, score_matrix


@pytest.mark.parametrize(
    "size", [100, *(pytest.param(size, marks=pytest.mark.measured) for size in (1000, 10_000))]
)
def test_score_matrix(size, races, contestant, people):
    members, policy = people(size), PRESETS["bootcamp"]

    def check(scores):
        assert scores.shape == (size, size)
        assert 0 < scores.max() <= FULL_SCORE
        sample = np.ix_(range(0, size, max(1, size // 200)), range(size))
        assert np.array_equal(scores[sample], scores.T[sample])
        assert (scores[sample][scores[sample] >= 0] % STEP == 0).all()

    def prepare():
        return lambda: score_matrix(members, policy, REFERENCE_WEEK)

    runner = contestant("score_matrix", prepare, check, is_ours=True)
    races.run(f"scores of all pairs, n = {size}", [runner])
    pairs = size * (size - 1) // 2
    races.note(f"{1e9 * runner.median / pairs:.1f} ns for each of {pairs:,} pairs")
