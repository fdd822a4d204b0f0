"""What a round is to solve: parts of the people, and parts that cannot mix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Member
from peerloom.pairing import NoPartitionError
from peerloom.pairing.profiles import (
    Codes,
    Exceptions,
    ExchangedBits,
    ProfileWeights,
    SharedBits,
    pack_bits,
)
from peerloom.problem import Penalties, Problem, value


def people(count):
    return tuple(Member(id=f"{number:03d}") for number in range(count))


def same_section(sections):
    """Pairs of one section are worth 12, all others are forbidden."""
    kinds = max(sections, default=0) + 1
    points = np.where(np.eye(kinds, dtype=bool), 12, -1).astype(np.int32)
    return ProfileWeights(len(sections), [Codes(np.array(sections, np.int32), points)])


def some_weights(size, seed):
    """Every kind of term, with some pairs said outright."""
    random = np.random.default_rng(seed)
    bits = pack_bits(random.random((size, 70)) < 0.3)
    give = pack_bits(random.random((size, 9)) < 0.4)
    tails, heads = np.triu_indices(size, 1)
    chosen = random.random(len(tails)) < 0.2
    return ProfileWeights(
        size,
        [
            SharedBits(bits, 12 * np.arange(9, dtype=np.int32)),
            ExchangedBits(give, bits[:, :1], 12 * np.add.outer(np.arange(3), np.arange(3))),
            Codes(random.integers(0, 3, size).astype(np.int32), np.eye(3, dtype=np.int32) * 24),
        ],
        Exceptions(tails[chosen], heads[chosen], random.integers(-1, 3, chosen.sum()) * 12),
    )


@given(size=st.integers(1, 12), seed=st.integers(0, 99), data=st.data())
def test_a_part_has_the_scores_and_penalties_of_the_whole(size, seed, data):
    weights = some_weights(size, seed)
    places = np.array(
        sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1))), dtype=np.int64
    )
    tails, heads = np.triu_indices(size, 1)
    costs = np.arange(1, len(tails) + 1)
    problem = Problem(
        members=people(size), scores=weights, penalties=Penalties(tails, heads, costs)
    )
    part = problem.part(places)
    assert (part.scores.dense() == weights.dense()[np.ix_(places, places)]).all()
    assert [member.id for member in part.members] == [f"{place:03d}" for place in places]
    everybody = range(len(places))
    assert part.penalty([everybody]) == problem.penalty([places.tolist()])


@settings(max_examples=60)
@given(sections=st.lists(st.integers(0, 3), max_size=14), size=st.sampled_from([2, 3, 4]))
def test_parts_that_cannot_mix_are_grouped_each_for_itself(sections, size):
    problem = Problem(members=people(len(sections)), scores=same_section(sections), size=size)
    counts = [sections.count(section) for section in sorted(set(sections))]
    parts = problem.separate_parts()
    assert sorted(len(part) for part in parts) == sorted(counts)
    if 1 in counts:
        with pytest.raises(NoPartitionError):
            problem.solve()
        return
    solution = problem.solve()
    placed = sorted(person for group in solution.groups for person in group)
    assert placed == list(range(len(sections)))
    assert all(len({sections[person] for person in group}) == 1 for group in solution.groups)
    assert solution.score == value(problem.scores, solution.groups)
    assert solution.score <= solution.upper_bound
    if size == 2:
        trios = sum(len(group) == 3 for group in solution.groups)
        assert trios == sum(count % 2 for count in counts)


def test_somebody_whom_nobody_may_meet_is_named():
    problem = Problem(members=people(7), scores=same_section([0, 0, 1, 2, 2, 2, 2]))
    with pytest.raises(NoPartitionError) as caught:
        problem.solve()
    assert caught.value.indices == (2,)


def test_a_threshold_cuts_too():
    weights = ProfileWeights(
        4, [Codes(np.array([0, 0, 1, 1], np.int32), np.array([[24, 12], [12, 24]], np.int32))]
    )
    problem = Problem(members=people(4), scores=weights)
    assert len(problem.separate_parts()) == 1
    assert [part.tolist() for part in problem.separate_parts(least=24)] == [[0, 1], [2, 3]]
