"""Worst-off first: the highest lowest pair score, then the best total, and an honest price."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Availability, Fairness, Member, Policy, pair
from peerloom.criteria import score_matrix
from peerloom.fairness import worst_off_first
from peerloom.pairing import NoPartitionError
from peerloom.pairing.profiles import Codes, ProfileWeights
from peerloom.price import Price
from peerloom.problem import Penalties, Problem
from peerloom.weeks import REFERENCE_WEEK

STEP = 12


def problem_of(matrix, costs=None, size=2, members=None):
    matrix = np.array(matrix)
    count = len(matrix)
    terms = [Codes(np.arange(count, dtype=np.int32), matrix.astype(np.int32))]
    costs = np.zeros_like(matrix) if costs is None else np.array(costs)
    tails, heads = np.nonzero(np.triu(costs))
    return Problem(
        members=members or tuple(Member(id=f"{place:03d}") for place in range(count)),
        scores=ProfileWeights(count, terms),
        penalties=Penalties(tails, heads, costs[tails, heads]),
        size=size,
    )


def symmetric(count, values):
    matrix = np.zeros((count, count), dtype=np.int64)
    for (one, other), value in zip(combinations(range(count), 2), values, strict=True):
        matrix[one, other] = matrix[other, one] = value
    return matrix


def invented(count, seed):
    """Scores that look like those of people: sums of a few things, with ties."""
    random = np.random.default_rng(seed)
    has = (random.random((count, 40)) < 0.2).astype(np.int64)
    matrix = STEP * 20 * (has @ has.T)
    np.fill_diagonal(matrix, 0)
    return matrix


def groupings(people):
    """Give every way to make pairs, and one trio for an odd number."""
    if not people:
        yield ()
        return
    first, *rest = people
    for other in rest:
        for groups in groupings([one for one in rest if one != other]):
            yield ((first, other), *groups)
    if len(people) % 2:
        for trio in combinations(rest, 2):
            for groups in groupings([one for one in rest if one not in trio]):
                if all(len(group) == 2 for group in groups):
                    yield ((first, *trio), *groups)


def merits(matrix, costs, groups):
    """Say how good a grouping is: penalty, lowest pair score, total; None when forbidden."""
    inner = [pair for group in groups for pair in combinations(group, 2)]
    if any(matrix[pair] < 0 for pair in inner):
        return None
    total = sum(
        sum(int(matrix[pair]) for pair in combinations(group, 2)) // (len(group) - 1)
        for group in groups
    )
    # The engine weighs what is inside a group of k by 1 / (k - 1), penalties too.
    penalty = sum(
        STEP * int(costs[pair]) // (len(group) - 1)
        for group in groups
        for pair in combinations(group, 2)
    )
    return (-penalty, min(int(matrix[p]) for p in inner), total)


@settings(max_examples=150)
@given(data=st.data(), count=st.integers(2, 8), seed=st.integers(0, 2))
def test_no_grouping_is_fairer(data, count, seed):
    pairs = count * (count - 1) // 2
    scores = st.integers(-1, 9).map(lambda value: STEP * value if value >= 0 else -1)
    matrix = symmetric(count, data.draw(st.lists(scores, min_size=pairs, max_size=pairs)))
    costs = symmetric(
        count, data.draw(st.lists(st.sampled_from((0, 0, 1, 2)), min_size=pairs, max_size=pairs))
    )
    found = [merits(matrix, costs, groups) for groups in groupings(list(range(count)))]
    best = max((one for one in found if one is not None), default=None)
    problem = problem_of(matrix, costs)
    if best is None:
        with pytest.raises(NoPartitionError):
            worst_off_first(problem, seed=seed)
        return
    fair = worst_off_first(problem, seed=seed)
    assert merits(matrix, costs, fair.solution.groups) == best
    assert (fair.worst, fair.solution.score) == best[1:]
    assert fair.worst_bound == fair.worst
    assert fair.solution.upper_bound >= fair.solution.score
    assert fair.plain.score >= fair.solution.score


@pytest.mark.parametrize(("count", "solves"), [(10, 2), (61, 3), (150, 3)])
def test_it_takes_few_solves_and_is_deterministic(count, solves, monkeypatch):
    matrix = invented(count, seed=4)
    problem = problem_of(matrix)
    calls = []
    solve = Problem.solve
    monkeypatch.setattr(
        Problem, "solve", lambda self, **rest: calls.append(rest) or solve(self, **rest)
    )
    fair = worst_off_first(problem)
    assert len(calls) <= solves
    assert fair.worst == fair.worst_bound
    assert fair == worst_off_first(problem)


def test_a_barrier_is_seen_without_many_solves(monkeypatch):
    """Three people who all need the same partner: nobody's own best score shows the bound."""
    count = 12
    matrix = np.full((count, count), 120)
    matrix[:4, :] = matrix[:, :4] = 24
    matrix[:4, 4] = matrix[4, :4] = 240
    matrix[0, 5] = matrix[5, 0] = 36
    np.fill_diagonal(matrix, 0)
    calls = []
    solve = Problem.solve
    monkeypatch.setattr(
        Problem, "solve", lambda self, **rest: calls.append(rest) or solve(self, **rest)
    )
    fair = worst_off_first(problem_of(matrix))
    assert (fair.worst, fair.worst_bound) == (24, 24)
    assert len(calls) == 2


@pytest.mark.parametrize("count", [12, 101])
def test_whoever_stops_it_gets_the_fairest_so_far(count):
    problem = problem_of(invented(count, seed=2))
    plain, fair = problem.solve(), worst_off_first(problem)
    heard = []
    listened = worst_off_first(problem, progress=heard.append)
    assert listened == fair
    stopped = worst_off_first(problem, progress=lambda _: True)
    assert sorted(one for group in stopped.solution.groups for one in group) == list(range(count))
    assert stopped.worst <= fair.worst <= stopped.worst_bound
    assert stopped.solution.score <= plain.upper_bound


def test_no_trios_are_made_for_it():
    """A threshold that leaves two triangles would lift everybody, but pairs are wanted."""
    matrix = np.full((6, 6), 12)
    matrix[:3, :3] = matrix[3:, 3:] = 120
    fair = worst_off_first(problem_of(matrix))
    assert [len(group) for group in fair.solution.groups] == [2, 2, 2]
    assert (fair.worst, fair.worst_bound) == (12, 12)


@pytest.mark.parametrize("size", [3, 4, 5])
def test_circles_are_lifted_and_never_promise_too_much(size):
    matrix = invented(11, seed=1)
    problem = problem_of(matrix, size=size)
    fair = worst_off_first(problem)
    lowest = min(
        int(matrix[pair]) for group in fair.solution.groups for pair in combinations(group, 2)
    )
    plain = min(int(matrix[pair]) for group in fair.plain.groups for pair in combinations(group, 2))
    assert plain <= fair.worst == lowest <= fair.worst_bound


def test_nobody():
    fair = worst_off_first(Problem(members=(), scores=ProfileWeights(0, ())))
    assert fair.solution.groups == ()
    assert fair.price(Problem(members=(), scores=ProfileWeights(0, ())), REFERENCE_WEEK).is_proven


def test_the_price_in_points_and_hours():
    times = ("Mon 10-14", "Tue 10-14", "Mon 10-14; Tue 10-11", "Tue 10-14")
    members = tuple(
        Member(id=f"{place:03d}", availability=Availability.parse(text))
        for place, text in enumerate(times)
    )
    matrix = symmetric(4, [120, 60, 0, 0, 60, 12])
    problem = problem_of(matrix, members=members)
    price = worst_off_first(problem).price(problem, REFERENCE_WEEK)
    assert (price.worst_before, price.worst_after) == (12, 60)
    assert (price.minutes_before, price.minutes_after) == (60, 240)
    assert (price.total_before, price.total_after) == (132, 120)
    assert price.is_proven
    assert [reason.code for reason in price.sentences()] == ["fair_price", "fair_proven"]
    assert "from 1 to 4 hours" in str(price.sentences()[0])
    assert price.to_dict()["worst_after"] == 60


def test_the_percent_is_rounded_up_and_no_proof_is_claimed():
    price = Price(
        total_before=100_000,
        total_after=99_999,
        worst_before=12,
        worst_after=24,
        minutes_before=0,
        minutes_after=0,
        worst_bound=36,
    )
    assert price.percent == 0.01
    assert [reason.code for reason in price.sentences()] == ["fair_price", "fair_not_proven"]
    assert "none is above 36" in str(price.sentences()[1])


def test_what_is_fair_already_costs_nothing():
    problem = problem_of(symmetric(4, [24] * 6))
    price = worst_off_first(problem).price(problem, REFERENCE_WEEK)
    assert [reason.code for reason in price.sentences()] == ["fair_for_free", "fair_proven"]


@settings(max_examples=40)
@given(data=st.data())
def test_a_policy_asks_for_it(people, data):
    """The whole walk, against every grouping: the lowest pair score first, then the total."""
    members = data.draw(people)[:8]
    policy = Policy(
        name="fair",
        weights={"availability": 2, "level": 3, "topics": 1},
        fairness=Fairness.WORST_OFF_FIRST,
    )
    pairing = pair(members, policy=policy)
    if len(members) < 2:
        assert pairing.groups == ()
        return
    scores = score_matrix(members, policy, REFERENCE_WEEK)
    costs = np.zeros_like(scores)
    best = max(merits(scores, costs, groups) for groups in groupings(list(range(len(members)))))
    place = {member.id: index for index, member in enumerate(members)}
    groups = [tuple(place[one] for one in group.members) for group in pairing.groups]
    assert merits(scores, costs, groups) == best
    assert (pairing.price.worst_after, pairing.price.total_after) == best[1:]
    assert pairing.price.is_proven
    plain = pair(members, policy=Policy(name="plain", weights=policy.weights))
    assert pairing.price.total_before == plain.score
