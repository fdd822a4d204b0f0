"""A fresh optimum in each round: nobody is forced to repeat while there is somebody new."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from peerloom import History, Member, pair
from peerloom.pairing.profiles import Codes, ProfileWeights
from peerloom.planning.foresight import with_foresight
from peerloom.problem import Problem

COUNT = 20
ROUNDS = 19


def rounds_without_repeat(kinds, seed):
    """Solve round after round, each with the history of those before."""
    random = Random(seed)
    points = np.array(
        [[12 * random.randrange(1001) for _ in range(kinds)] for _ in range(kinds)], dtype=np.int32
    )
    codes = np.array([random.randrange(kinds) for _ in range(COUNT)], dtype=np.int32)
    scores = ProfileWeights(COUNT, [Codes(codes, np.maximum(points, points.T))])
    members = tuple(Member(id=f"{index:02d}") for index in range(COUNT))
    ids = [member.id for member in members]
    history = History()

    def solve(problem):
        return problem.solve(seed=seed)

    for number in range(ROUNDS):
        problem = Problem(members=members, scores=scores, penalties=history.penalties(ids))
        solution = with_foresight(problem, problem.solve(seed=seed), solve=solve, seed=seed)
        if solution.penalty:
            return number
        history += History.of([[[ids[one] for one in group] for group in solution.groups]])
    return ROUNDS


@pytest.mark.parametrize("kinds", [20, 3])
def test_twenty_people_have_nineteen_partners(kinds):
    """Of 100 seeds all; with 20 kinds of people hardly any scores are equal, with 3 most are."""
    assert {rounds_without_repeat(kinds, seed) for seed in range(50)} == {ROUNDS}


@pytest.mark.parametrize("count", [6, 8])
def test_pairs_of_people_who_are_alike_last_for_all_rounds(count):
    """In two equal camps the best pairs alone use up the bridges between them."""
    members = [
        Member(id=f"{index}", topics=("north",) if index < count // 2 else ("south",))
        for index in range(count)
    ]
    history = History()
    for _ in range(count - 1):
        pairing = pair(members, history=history)
        assert not any(group.repeats for group in pairing.groups)
        assert pairing.score <= pairing.upper_bound
        history += History.of([[group.members for group in pairing.groups]])
