"""Scores of all pairs, from what people said."""

from __future__ import annotations

import numpy as np
import pytest

from peerloom import FULL_SCORE, PRESETS, REFERENCE_WEEK, Availability, Member, WeeklySlot
from peerloom.criteria import STEP, score_matrix

ZONES = (
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Los_Angeles",
    "Africa/Nairobi",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
)


def people(size):
    """Members with skills, topics, a level, and five free times of one to three hours a week."""
    random = np.random.default_rng(size)

    def some(kind, most):
        picked = random.choice(most, size=random.integers(1, 6), replace=False)
        return tuple(f"{kind} {index}" for index in sorted(picked.tolist()))

    def free():
        slots = set()
        for _ in range(5):
            day, start = int(random.integers(0, 7)), 60 * int(random.integers(7, 21))
            slots.add(WeeklySlot(day, start, start + 60 * int(random.integers(1, 4))))
        return Availability(tuple(sorted(slots)))

    return [
        Member(
            id=f"{index:06d}",
            level=int(random.integers(1, 6)),
            teach=some("skill", 24),
            learn=some("skill", 24),
            topics=some("topic", 30),
            timezone=ZONES[int(random.integers(0, len(ZONES)))],
            availability=free(),
        )
        for index in range(size)
    ]


@pytest.mark.parametrize(
    "size", [100, *(pytest.param(size, marks=pytest.mark.measured) for size in (1000, 10_000))]
)
def test_score_matrix(size, races, contestant):
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
