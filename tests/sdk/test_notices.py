"""Notices: asks and rules without an effect are counted, and nobody is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from peerloom import Ask, Fairness, History, Member, Policy, pair, repair, rotate

POLICY = Policy(name="level", weights={"level": 1})


def people(count, **fields):
    return [Member(id=f"p{number}", name=f"Person {number}", **fields) for number in range(count)]


def both_ask(one, other):
    return [Ask(asker=one, asked=other), Ask(asker=other, asked=one)]


def notes(pairing):
    said = {sentence.code for sentence in pairing.certificate().sentences()}
    assert said >= {note.code for note in pairing.notes}
    return {note.code: note.values.get("count", note.values) for note in pairing.notes}


def test_nothing_is_said_where_all_is_well():
    asks = [*both_ask("p0", "p1"), Ask(asker="p2", asked="p0")]
    assert notes(pair(people(4), policy=POLICY, asks=asks)) == {}


def test_mutual_asks_that_cannot_all_hold_are_counted_without_names():
    asks = both_ask("p0", "p1") + both_ask("p1", "p2") + both_ask("p1", "p3")
    pairing = pair(people(4), policy=POLICY, asks=asks)
    assert notes(pairing) == {"asks_apart": 2}
    assert not any("Person" in str(note) or "p1" in str(note) for note in pairing.notes)


def test_asks_of_people_who_are_not_there_are_counted_apart_from_slips_of_the_pen():
    members = [*people(4), Member(id="away", is_paused=True)]
    history = History.of([[["p0", "gone"]]])
    asks = [
        Ask(asker="p0", asked="away"),
        Ask(asker="gone", asked="p1"),
        Ask(asker="p1", asked="p9"),
        Ask(asker="p2", asked="p9", is_declined=True),
    ]
    pairing = pair(members, policy=POLICY, asks=asks, history=history)
    assert notes(pairing) == {"asks_absent": 2, "asks_unknown": 1}


@pytest.mark.parametrize("rule", ["mix", "nobody_alone"])
def test_a_question_that_nobody_has_answered_is_told(rule):
    said = {"mix": {"feild": 1, "Home": 1}, "nobody_alone": ("feild", "Home")}
    policy = replace(POLICY, **{rule: said[rule]})
    members = people(6, protected={"Field": "Arts"})
    pairing = pair(members, policy=policy, size=3)
    assert notes(pairing) == {
        "mix_misspelt": {"name": "feild", "other": "Field"},
        "mix_unanswered": {"name": "Home"},
    }
    assert not any("Arts" in str(note) for note in pairing.notes)
    answered = replace(POLICY, **{rule: {"mix": {"field": 1}, "nobody_alone": ("field",)}[rule]})
    assert notes(pair(members, policy=answered, size=3)) == {}


def test_nobody_alone_is_told_to_have_no_effect_in_pairs():
    policy = replace(POLICY, nobody_alone=("field",))
    members = people(4, protected={"field": "Arts"})
    assert set(notes(pair(members, policy=policy))) == {"nobody_alone_in_pairs"}
    calendar = rotate(members, rounds=2, policy=policy)
    codes = {sentence.code for sentence in calendar.certificate().sentences()}
    assert "nobody_alone_in_pairs" in codes


def test_worst_off_first_says_where_it_is_not_followed():
    fair = replace(POLICY, fairness=Fairness.WORST_OFF_FIRST)
    pairing = pair(people(4), policy=fair)
    assert notes(pairing) == {}
    codes = [sentence.code for sentence in pairing.certificate().sentences()]
    assert "proof_worst_off_first" in codes
    repaired = repair(pairing, people(5))
    assert notes(repaired.after) == {"not_worst_off_first": {}}
    assert "not_worst_off_first" in [sentence.code for sentence in repaired.sentences()]


def test_worst_off_first_says_where_more_trios_had_to_be_made():
    """Two threes and a pair that hang together in one person: no four pairs are possible."""
    fits = {(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (6, 7), (2, 6), (5, 6)}
    never = tuple(
        (f"p{one}", f"p{other}")
        for one, other in combinations(range(8), 2)
        if (one, other) not in fits
    )
    fair = replace(POLICY, fairness=Fairness.WORST_OFF_FIRST, never=never)
    pairing = pair(people(8), policy=fair)
    assert sorted(len(group.members) for group in pairing.groups) == [2, 3, 3]
    assert notes(pairing) == {"not_worst_off_first": {}}
    assert notes(pair(people(8), policy=replace(fair, fairness=Fairness.TOTAL))) == {}


def test_who_is_kept_apart_is_not_counted():
    members = [replace(one, blocked=("p1",) if one.id == "p0" else ()) for one in people(4)]
    assert notes(pair(members, policy=POLICY, asks=both_ask("p0", "p1"))) == {}
