"""A fresh optimum in each round: nobody is forced to repeat while there is somebody new."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from peerloom import History, Member, pair, placement
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


@pytest.mark.parametrize("kinds", ["aaaaab", "aabbccdd"])
def test_the_best_pairs_do_not_use_up_those_of_later_rounds(kinds, monkeypatch):
    """Without a look ahead these people have to repeat before they have met everybody."""

    def repeats():
        members = [Member(id=f"{index}", topics=(kind,)) for index, kind in enumerate(kinds)]
        history, found = History(), []
        for _ in range(len(kinds) - 1):
            pairing = pair(members, history=history)
            assert pairing.score <= pairing.upper_bound
            found.append(sum(group.repeats for group in pairing.groups))
            history += History.of([[group.members for group in pairing.groups]])
        return found

    assert not any(repeats())
    monkeypatch.setattr(placement, "with_foresight", lambda _, solution, **options: solution)
    assert any(repeats())
