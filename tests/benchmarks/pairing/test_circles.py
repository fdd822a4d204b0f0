"""Circles of three to five, beside the bound of the linear program over all possible circles."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import combinations

import numpy as np
import pytest

from peerloom.pairing import partition


def all_circles(weights, size):
    """Every possible circle, shape ``(circles, size)``, and what it counts."""
    count = len(weights)
    circles = np.fromiter(
        (person for circle in combinations(range(count), size) for person in circle), np.int16
    ).reshape(-1, size)
    values = np.zeros(len(circles), dtype=np.int64)
    allowed = np.ones(len(circles), dtype=bool)
    for one, other in combinations(range(size), 2):
        pair = weights[circles[:, one], circles[:, other]]
        values += pair
        allowed &= pair >= 0
    return circles[allowed], values[allowed] // (size - 1)


def program_bound(weights, size):
    """Optimum of the linear program: fractions of circles that hold everybody exactly once.

    Circles come in when the prices of their people do not pay for them, so the program stays small;
    at the end they pay for all, and half-hearted circles can do no better.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csc_array

    circles, values = all_circles(weights, size)
    chosen = set()
    price = np.full(len(weights), values.max() / size)
    while True:
        excess = values - price[circles].sum(axis=1)
        worst = np.argsort(-excess)[: 10 * len(weights)]
        fresh = set(worst[excess[worst] > 1e-6 * values.max()].tolist()) - chosen
        if chosen and not fresh:
            return float(price.sum())
        # The first round has prices of nobody: take some circles of each person.
        if not chosen:
            for person in range(len(weights)):
                own = np.flatnonzero((circles == person).any(axis=1))
                fresh |= set(own[np.argsort(-values[own])[:50]].tolist())
        chosen |= fresh
        columns = np.array(sorted(chosen))
        holds = csc_array(
            (
                np.ones(columns.size * size),
                circles[columns].ravel(),
                np.arange(0, columns.size * size + 1, size),
            ),
            shape=(len(weights), columns.size),
        )
        # Nobody in a circle costs more than any circle brings, so that a start is always there.
        solved = linprog(
            np.concatenate((-values[columns], np.full(len(weights), float(values.max())))),
            A_eq=np.hstack((holds.toarray(), np.eye(len(weights)))),
            b_eq=np.ones(len(weights)),
        )
        price = -solved.eqlin.marginals


SIZES = [
    (12, 3),
    *(
        pytest.param(*sizes, marks=pytest.mark.measured)
        for sizes in ((30, 3), (28, 4), (30, 5), (60, 3), (60, 4), (99, 3))
    ),
    *(pytest.param(*sizes, marks=pytest.mark.slow) for sizes in ((60, 5), (100, 4))),
]


@pytest.mark.parametrize(("people", "size"), SIZES)
def test_circles(people, size, races, contestant, cohort):
    weights = cohort(people).dense()
    found = []

    def check(answer):
        assert sorted(person for group in answer.groups for person in group) == list(range(people))
        assert answer.total <= answer.upper_bound
        found[:] = [answer]
        proven = "proven" if answer.is_proven else "own bound"
        ours.remark = f"{proven}, {answer.upper_bound / answer.total - 1:.2%} above"

    def check_bound(bound):
        # The program works with fractions: a tolerance, for it only.
        assert found[0].total <= bound * (1 + 1e-6)
        theirs.remark = f"bound only, {bound / found[0].total - 1:.2%} above ours"

    ours = contestant(
        "partition", lambda: lambda: partition(weights, size=size), check, is_ours=True
    )
    runners = [ours]
    if find_spec("scipy"):
        theirs = contestant(
            "HiGHS, linear program", lambda: lambda: program_bound(weights, size), check_bound
        )
        runners.append(theirs)
    races.run(f"circles of {size}, n = {people}", runners)
