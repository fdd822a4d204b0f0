"""The stability audit: every pair that both sides prefer, and no other."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import Ask, History, Member, Policy, pair, stability
from peerloom.pairing.profiles import Codes, ProfileWeights
from peerloom.problem import Penalties, Problem
from peerloom.stability import blocking_pairs, stability_audit

STEP = 12


def problem_of(matrix, met=()):
    matrix = np.array(matrix)
    count = len(matrix)
    terms = [Codes(np.arange(count, dtype=np.int32), matrix.astype(np.int32))]
    tails, heads = np.array(sorted(met), dtype=np.int64).reshape(-1, 2).T
    return Problem(
        members=tuple(Member(id=f"{place:03d}") for place in range(count)),
        scores=ProfileWeights(count, terms),
        penalties=Penalties(tails, heads, np.ones(len(tails), dtype=np.int64)),
    )


@given(data=st.data(), count=st.integers(0, 9), block=st.integers(1, 4), listed=st.integers(0, 5))
def test_against_looking_at_every_pair(data, count, block, listed):
    pairs = list(combinations(range(count), 2))
    scores = {pair: data.draw(st.sampled_from((-1, 0, 24, 48, 60, 96))) for pair in pairs}
    met = data.draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    matrix = np.full((count, count), -1)
    for (one, other), score in scores.items():
        matrix[one, other] = matrix[other, one] = score
    people = data.draw(st.permutations(range(count)))
    groups = []
    while len(people) > 1:
        size = data.draw(st.integers(2, 4))
        groups.append(tuple(sorted(people[:size])))
        people = people[size:]
    groups = [group for group in groups if len(group) > 1]
    # A grouping never holds a forbidden pair.
    for group in groups:
        for two in combinations(group, 2):
            scores[two] = max(scores[two], 0)
            matrix[two] = matrix[two[::-1]] = scores[two]

    own = {
        person: sum(
            scores[min(person, other), max(person, other)] for other in group if other != person
        )
        / (len(group) - 1)
        for group in groups
        for person in group
    }
    together = {pair for group in groups for pair in combinations(group, 2)}
    apart = [pair for pair in pairs if pair not in together and set(pair) <= own.keys()]
    could = [pair for pair in apart if scores[pair] >= 0 and pair not in met]
    blocking = [pair for pair in could if all(scores[pair] > own[person] for person in pair)]
    blocking.sort(
        key=lambda pair: (
            -min(scores[pair] - own[person] for person in pair),
            -sum(scores[pair] - own[person] for person in pair),
            pair,
        )
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stability, "_BLOCK", block)
        audit = stability_audit(problem_of(matrix, met), groups, listed=listed)
    assert (audit.count, audit.out_of) == (len(blocking), len(apart))
    assert [pair.members for pair in audit.strongest] == [
        (f"{one:03d}", f"{other:03d}") for one, other in blocking[:listed]
    ]
    for found, (one, other) in zip(audit.strongest, blocking, strict=False):
        assert found.score == scores[one, other]
        assert found.gains == (found.score - own[one], found.score - own[other])


def test_it_is_said_without_names():
    problem = problem_of([[0, 36, 24, 0], [36, 0, 0, 24], [24, 0, 0, 0], [0, 24, 0, 0]])
    audit = stability_audit(problem, [(0, 2), (1, 3)])
    assert str(audit.sentence()).startswith(
        "Pairs of people who would both score higher with each other: 1 of 4."
    )
    assert json.loads(json.dumps(audit.to_dict()))["strongest"] == [
        {"members": ["000", "001"], "score": 36, "gains": [12, 12]}
    ]
    assert stability_audit(problem, [(0, 1), (2, 3)]).sentence().code == "stable"


def levels(*values, **more):
    return [
        Member(id=f"{place:02d}", level=level, protected={"x": str(place)}, **more)
        for place, level in enumerate(values)
    ]


LEVEL = Policy(name="level", weights={"level": 1})


def test_a_pairing_forced_apart_has_blocking_pairs():
    members = levels(1, 1, 5, 5)
    history = History.of([[["00", "01"]]])
    audit = blocking_pairs(pair(members, policy=LEVEL, history=history))
    assert [two.members for two in audit.strongest] == [("02", "03")]
    assert audit.out_of == 4
    assert blocking_pairs(pair(members, policy=LEVEL)).count == 0


def test_who_is_locked_or_asked_blocks_nothing():
    members = levels(1, 1, 5, 5)
    asks = [Ask(asker="00", asked="02"), Ask(asker="02", asked="00")]
    for pairing in (
        pair(members, policy=LEVEL, asks=asks),
        pair(members, policy=LEVEL, locked=[["00", "02"]]),
    ):
        audit = blocking_pairs(pairing)
        assert (audit.count, audit.out_of) == (0, 0)


def test_private_answers_show_nowhere_in_the_audit():
    mixed = Policy(name="level", weights={"level": 1}, mix={"x": 1})
    members = levels(1, 1, 5, 5)
    blocked = [Member(id="00", level=1, blocked=("01",)), *members[1:]]
    audit = blocking_pairs(pair(blocked, policy=LEVEL))
    assert audit.out_of == 4
    assert [two.members for two in audit.strongest] == [("02", "03")]
    scores = {two.score for two in blocking_pairs(pair(blocked, policy=mixed)).strongest}
    assert scores <= {6000}
