"""What is raced: weights that look real, weights that are hard, and who else solves them."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.util import find_spec

import networkx
import numpy as np
import pytest
import rustworkx

from peerloom import Availability, Member, WeeklySlot
from peerloom.pairing import engine, match
from peerloom.pairing.profiles import (
    Codes,
    Exceptions,
    ExchangedBits,
    ProfileWeights,
    SharedBits,
    pack_bits,
)

FULL, STEP = 12_000, 12
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


def engines():
    """Name each engine that is there, with what switches to it: the installed one first."""
    names = dict.fromkeys((engine.current().name, "python"))
    return {f"Peerloom, {name}": partial(engine.using, name) for name in names}


def symmetric(random, size, highest):
    upper = np.triu(random.integers(0, highest, (size, size)), 1)
    return upper + upper.T


def popular(random, size, kinds, low, high):
    """Each person's choice of `low` to `high` things, some of them far more popular than others."""
    taste = random.gumbel(size=(size, kinds)) - np.log(np.arange(1, kinds + 1))
    place = np.argsort(-taste, axis=1).argsort(axis=1)
    return pack_bits(place < random.integers(low, high + 1, (size, 1)))


def cohort(size, seed=1):
    """A large course: scores of 0 to 11,928 in steps of 12, some pairs forbidden.

    Teaching and learning both ways counts about 0.35, common hours (of 56, as they lie in nine time
    zones) 0.25, level and topics 0.15 each, another background 0.10. Half as many pairs as people
    have met before and score 1,800 less; one pair to fifty people must not be.
    """
    random = np.random.default_rng(seed)
    habit = random.random((9, 56)) < 0.35
    hours = habit[random.integers(0, 9, size)] & (random.random((size, 56)) < 0.6)
    lessons = np.arange(3)
    ranks = np.arange(5)
    parts = [
        ExchangedBits(
            popular(random, size, 24, 2, 6),
            popular(random, size, 24, 1, 4),
            points(1044 * (lessons[:, None] + lessons)),
        ),
        SharedBits(pack_bits(hours), points(372 * np.arange(9))),
        Codes(
            random.integers(0, 5, size).astype(np.int32),
            points(444 * (4 - np.abs(ranks[:, None] - ranks))),
        ),
        SharedBits(popular(random, size, 30, 2, 5), points(600 * np.arange(4))),
        Codes(random.integers(0, 8, size).astype(np.int32), points(1200 * (1 - np.eye(8)))),
    ]
    count = size // 2 + size // 50
    drawn = np.sort(random.integers(0, size, (count, 2)), axis=1)
    tails, heads = np.unique(drawn[drawn[:, 0] < drawn[:, 1]], axis=0).T
    values = np.maximum(ProfileWeights(size, parts).values(tails, heads) - 1800, 0)
    values[random.permutation(len(values))[: size // 50]] = -1
    return ProfileWeights(size, parts, Exceptions(tails, heads, values))


def points(table):
    return table.astype(np.int32)


def hard(kind, size):
    """Weights on which bounds are poor, ties are many, or everybody wants the same few."""
    random = np.random.default_rng(size)
    if kind == "all equal":
        return np.full((size, size), FULL)
    if kind == "level alone":
        level = random.integers(1, 6, size)
        return FULL // 4 * (4 - np.abs(level[:, None] - level))
    if kind == "clusters of seven":
        cluster = np.arange(size) // 7
        return STEP * (symmetric(random, size, 100) + 800 * (cluster[:, None] == cluster))
    if kind == "hubs, product":
        fame = random.integers(1, 1000, size)
        return fame[:, None] * fame // 1000 * STEP
    if kind == "hubs, sum":
        fame = random.integers(0, 450, size) ** 2 // 450
        return STEP * (fame[:, None] + fame + symmetric(random, size, 100))
    if kind == "points in the plane":
        place = random.random((size, 2))
        distance = np.sqrt(((place[:, None] - place) ** 2).sum(axis=2)) / np.sqrt(2)
        return STEP * np.round((1 - distance) * 1000).astype(np.int64)
    raise ValueError(kind)


def edges(weights):
    tails, heads = np.nonzero(np.triu(weights >= 0, 1))
    return tails, heads, weights[tails, heads]


def is_there(*modules):
    """Import what is installed before anything is timed."""
    found = all(find_spec(module.partition(".")[0]) for module in modules)
    if found:
        for module in modules:
            import_module(module)
    return found


def by_networkx(weights):
    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(*(column.tolist() for column in edges(weights)), strict=True))
    return lambda: networkx.max_weight_matching(graph, maxcardinality=True)


def by_rustworkx(weights):
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(len(weights)))
    graph.add_edges_from(list(zip(*(column.tolist() for column in edges(weights)), strict=True)))
    return lambda: rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)


def by_pymatching(weights):
    """Decode a code in which each person is a detector that fired, and each pair an error.

    An error of the pair i, j costs what is left of a number larger than twice any weight, so a
    detour over other people never pays: the cheapest set of errors is the heaviest matching.
    """
    import pymatching
    from scipy.sparse import csc_array

    tails, heads, values = edges(weights)
    ends = np.column_stack((tails, heads)).ravel()
    starts = np.arange(0, len(ends) + 1, 2)
    ones = np.ones(len(ends), dtype=np.uint8)
    checks = csc_array((ones, ends, starts), shape=(len(weights), len(tails)))
    costs = 2 * int(values.max()) + 1 - values
    decoder = pymatching.Matching.from_check_matrix(checks, weights=costs)
    fired = np.ones(len(weights), dtype=np.uint8)
    return lambda: decoder.decode_to_matched_dets_array(fired).tolist()


def by_cp_sat(weights, limit):
    """Give the pairs, and whether they are proven best within the time limit."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = [[] for _ in weights]
    chosen, terms = [], []
    for i, j, value in zip(*(column.tolist() for column in edges(weights)), strict=True):
        pair = model.new_bool_var("")
        at[i].append(pair)
        at[j].append(pair)
        chosen.append((i, j, pair))
        terms.append(value * pair)
    for pairs in at:
        model.add_exactly_one(pairs)
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = limit

    def solve():
        status = solver.solve(model)
        pairs = [(i, j) for i, j, pair in chosen if solver.boolean_value(pair)]
        return pairs, status == cp_model.OPTIMAL

    return solve


def by_assignment(weights):
    """Twice the bound: everybody gets somebody, but not always each other."""
    from scipy.optimize import linear_sum_assignment

    # To go without is worse than any loss elsewhere.
    values = np.where(weights < 0, -len(weights) * FULL, weights)
    np.fill_diagonal(values, -len(weights) * FULL)
    return lambda: int(values[linear_sum_assignment(values, maximize=True)].sum())


class Field:
    """Puts together who races on one matrix; all must find the same optimum.

    Whoever is not installed stays away: an ordinary test run needs no solver but ours.
    """

    def __init__(self, make, weights):
        self._make = make
        self.weights = weights
        self.optimum = match(weights).total

    def ours(self, most=2):
        """Each of our engines, at most so many; every answer is verified."""

        def check(matching):
            assert matching.total == matching.upper_bound == self.optimum
            assert matching.verify(self.weights)

        for name, using in list(engines().items())[:most]:

            def prepare(using=using):
                def solve():
                    with using():
                        return match(self.weights)

                return solve

            yield self._make(name, prepare, check, is_ours=True, remark="proven")

    def _check(self, pairs):
        assert len(pairs) == len(self.weights) // 2
        assert sum(int(self.weights[i, j]) for i, j in pairs) == self.optimum

    def networkx(self):
        yield self._make("NetworkX", lambda: by_networkx(self.weights), self._check)

    def rustworkx(self):
        yield self._make("rustworkx", lambda: by_rustworkx(self.weights), self._check)

    def pymatching(self):
        if is_there("pymatching", "scipy.sparse"):
            yield self._make("PyMatching", lambda: by_pymatching(self.weights), self._check)

    def assignment(self):
        if not is_there("scipy.optimize"):
            return

        def check(doubled):
            assert doubled >= 2 * self.optimum
            runner.remark = f"bound only, {doubled / self.optimum / 2 - 1:.3%} above"

        runner = self._make("SciPy assignment", lambda: by_assignment(self.weights), check)
        yield runner

    def cp_sat(self, limit):
        if not is_there("ortools.sat.python.cp_model"):
            return

        def check(answer):
            pairs, is_proven = answer
            total = sum(int(self.weights[i, j]) for i, j in pairs)
            assert total == self.optimum if is_proven else total <= self.optimum
            below = f"{1 - total / self.optimum:.3%} below"
            runner.remark = "proven" if is_proven else f"stopped after {limit} s, {below}"

        runner = self._make("CP-SAT, 2 workers", lambda: by_cp_sat(self.weights, limit), check)
        yield runner


@pytest.fixture(scope="session", name="people")
def people_fixture():
    return people


@pytest.fixture(scope="session", name="cohort")
def cohort_fixture():
    return cohort


@pytest.fixture(scope="session")
def dense_field(contestant):
    return lambda size: Field(contestant, cohort(size).dense())


@pytest.fixture(scope="session")
def hard_field(contestant):
    return lambda kind, size: Field(contestant, hard(kind, size))


@pytest.fixture(scope="session")
def our_engines():
    return engines()
