"""`match` from profiles, for so many people that nobody keeps a matrix of all pairs."""

from __future__ import annotations

import pickle

import pytest

from peerloom.pairing import match

PROGRAM = """
import pickle
from pathlib import Path
from time import perf_counter
from peerloom.pairing import match
weights = pickle.loads(Path({path!r}).read_bytes())
started = perf_counter()
matching = match(weights)
assert len(matching.pairs) == {size} // 2
assert matching.total == matching.upper_bound
print(perf_counter() - started)
"""


@pytest.fixture
def course(cohort, tmp_path):
    def make(size):
        weights, path = cohort(size), tmp_path / "weights.pickle"
        path.write_bytes(pickle.dumps(weights))
        return weights, PROGRAM.format(path=str(path), size=size)

    return make


@pytest.mark.parametrize(
    "size", [300, *(pytest.param(size, marks=pytest.mark.measured) for size in (3000, 10_000))]
)
def test_from_profiles(size, races, contestant, our_engines, course, fresh):
    weights, program = course(size)
    totals = set()

    def check(matching):
        assert matching.verify(weights)
        totals.add(matching.total)

    def prepare(using):
        def solve():
            with using():
                return match(weights)

        return solve

    races.run(
        f"from profiles, n = {size}",
        [
            contestant(name, lambda using=using: prepare(using), check, is_ours=True)
            for name, using in our_engines.items()
        ],
    )
    assert len(totals) == 1
    races.note(f"memory of the whole process: {fresh(program)[1]} MiB")


@pytest.mark.slow
def test_a_hundred_thousand(races, course, fresh):
    _, program = course(100_000)
    words, peak = fresh(program)
    races.line(f"from profiles, n = 100000: proven in {float(words[0]):.1f} s, {peak} MiB")
