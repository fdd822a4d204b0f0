"""Ten rounds at once, nobody with anybody twice, each round proven best after those before it."""

from __future__ import annotations

import pytest

from peerloom import rotate

ROUNDS = 10


@pytest.mark.parametrize(
    "size", [30, *(pytest.param(size, marks=pytest.mark.measured) for size in (100, 1000))]
)
def test_ten_rounds(size, races, contestant, our_engines, people):
    members = people(size)
    totals = set()

    def check(rotation):
        pairs = [group.members for one in rotation.rounds for group in one.groups]
        assert len(pairs) == len(set(pairs)) == ROUNDS * size // 2
        assert rotation.score == rotation.upper_bound
        totals.add(rotation.score)

    def prepare(using):
        def solve():
            with using():
                return rotate(members, rounds=ROUNDS, policy="bootcamp")

        return solve

    races.run(
        f"{ROUNDS} rounds, n = {size}",
        [
            contestant(name, lambda using=using: prepare(using), check, is_ours=True)
            for name, using in our_engines.items()
        ],
    )
    assert len(totals) == 1
