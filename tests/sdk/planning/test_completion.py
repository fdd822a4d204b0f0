"""Rounds that are completed by exchanges, and the circle method behind them."""

from __future__ import annotations

from itertools import combinations
from random import Random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.planning.completion import complete, round_robin
from peerloom.planning.trios import draw_trios, is_turn, turns


def everybody_but_oneself(count):
    return [set(range(count)) - {one} for one in range(count)]


def check(rounds, may_meet, trios):
    """Everybody has one allowed partner in each round, the trio none, and nobody twice."""
    seen = {pair for trio in trios for pair in combinations(sorted(trio), 2)}
    for partners, trio in zip(rounds, trios, strict=True):
        for one, other in enumerate(partners):
            if one in trio:
                assert other == -1
                continue
            assert partners[other] == one
            assert other in may_meet[one]
            if one < other:
                assert (one, other) not in seen
                seen.add((one, other))


@pytest.mark.parametrize("count", range(2, 32, 2))
def test_all_rounds_of_an_even_number(count):
    may_meet, trios = everybody_but_oneself(count), [frozenset()] * (count - 1)
    for seed in range(3):
        check(complete(may_meet, trios, Random(seed)), may_meet, trios)


@pytest.mark.parametrize("count", [2, 4, 6, 20, 50])
def test_the_circle_method_joins_everybody_once(count):
    people = Random(count).sample(range(count), count)
    rounds = round_robin(people)
    assert len(rounds) == count - 1
    check(rounds, everybody_but_oneself(count), [frozenset()] * (count - 1))


@given(st.integers(2, 5), st.integers(0, 2**32))
def test_what_is_completed_exists(half, seed):
    """Against maximum matchings: one round is found exactly where there is one."""
    graph = nx.gnp_random_graph(2 * half, 0.6, seed=seed)
    may_meet = [set(graph[one]) for one in graph]
    found = complete(may_meet, [frozenset()], Random(seed))
    is_possible = len(nx.max_weight_matching(graph, maxcardinality=True)) == half
    assert found is None or is_possible
    if found is not None:
        check(found, may_meet, [frozenset()])


def test_two_triangles_have_no_round():
    may_meet = [{1, 2}, {0, 2}, {0, 1}, {4, 5}, {3, 5}, {3, 4}]
    assert complete(may_meet, [frozenset()], Random(0)) is None


@pytest.mark.parametrize(("count", "rounds"), [(9, 6), (11, 6), (15, 10), (21, 15)])
def test_rounds_with_trios_in_turn(count, rounds):
    may_meet, random = everybody_but_oneself(count), Random(count)
    for _ in range(100):
        trios = draw_trios(may_meet, [0] * count, rounds, random, in_turn=True)
        found = trios and complete(may_meet, trios, random)
        if found:
            break
    check(found, may_meet, trios)
    seats = [0] * count
    for trio in trios:
        assert is_turn(trio, seats)
        for person in trio:
            seats[person] += 1
        assert max(seats) - min(seats) <= 1


@given(st.lists(st.integers(0, 3), min_size=3, max_size=9))
def test_whose_turn_it_is(seats):
    """A trio is in turn exactly if no other three have sat less often."""
    must, may = turns(seats)
    fewest = min(sum(seats[one] for one in trio) for trio in combinations(range(len(seats)), 3))
    for trio in combinations(range(len(seats)), 3):
        assert is_turn(frozenset(trio), seats) == (sum(seats[one] for one in trio) == fewest)
        assert is_turn(frozenset(trio), seats) == (must <= set(trio) <= must | may)


def test_draws_that_cannot_be():
    nobody = [set() for _ in range(5)]
    assert draw_trios(nobody, [0] * 5, 1, Random(0), in_turn=True) is None
    assert draw_trios(nobody, [0] * 5, 1, Random(0), in_turn=False) is None
