"""Comparisons by lot: exact over all draws, blind to who was likely, silent about few."""

from __future__ import annotations

import json
import random
from itertools import combinations

import pytest

from peerloom import Member, pair
from peerloom.lottery import equally_good
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.lots import compare_by_lot

PEOPLE = [f"{number:02d}" for number in range(16)]
GUIDES = set(PEOPLE[:7])


def is_guide(one, other):
    return other in GUIDES


def lots(count, seed=0):
    """Give random pairings in which one half is likelier to get a guide than the other."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        people = PEOPLE[:]
        draw.shuffle(people)
        if draw.random() < 0.5:
            people.sort(key=lambda one: one in GUIDES or one > "11")
        pairs = [tuple(sorted(people[place : place + 2])) for place in range(0, 16, 2)]
        found.append(tuple(sorted(pairs)))
    return found


def is_other(one, other):
    """Whether exactly one of both is a guide: for how many people depends on the draw."""
    return (one in GUIDES) != (other in GUIDES)


def having(grouping, is_such=is_guide):
    return {
        one
        for group in grouping
        for one in group
        if any(is_such(one, other) for other in set(group) - {one})
    }


def fared(grouping, effect, draw):
    """People who are likelier to get a guide fare better anyway."""
    got = having(grouping)
    return {one: 2 * (one > "11") + draw.gauss(0, 0.5) + effect * (one in got) for one in PEOPLE}


@pytest.mark.parametrize("effect", [0.0, 1.5])
def test_whichever_draw_is_the_real_one_few_are_misled(effect):
    """Exact over all draws of a lottery, with what people would do without an effect fixed."""
    groupings = lots(160)
    draw = random.Random(5)
    state = draw.getstate()
    missed = rejected = compared = 0
    for real in range(160):
        draw.setstate(state)
        order = [groupings[real], *groupings[:real], *groupings[real + 1 :]]
        found = compare_by_lot(order, fared(groupings[real], effect, draw), is_guide)
        if found.low is not None:
            compared += 1
            missed += not found.low <= effect <= found.high
            rejected += found.p_value <= 0.05
    assert compared > 120
    assert missed / compared <= 0.05
    assert (rejected / compared <= 0.05) is (effect == 0)


def test_an_effect_is_found_in_the_middle_of_its_bounds():
    groupings = lots(300, seed=2)
    found = compare_by_lot(groupings, fared(groupings[0], 3, random.Random(1)), is_guide)
    assert found.low < 3 < found.high
    assert found.low <= found.difference <= found.high
    assert found.p_value < 0.05


@pytest.mark.parametrize("is_such", [is_guide, is_other])
def test_the_estimate_by_hand(is_such):
    """Recentred: the sum of (has - share) times the outcome, over that of has less its mean."""
    groupings = lots(100, seed=1)
    outcomes = {one: float(int(one) ** 2 % 7) for one in PEOPLE}
    found = compare_by_lot(groupings, outcomes, is_such)
    share = {
        one: sum(one in having(grouping, is_such) for grouping in groupings) / 100 for one in PEOPLE
    }
    people = [one for one in PEOPLE if 0 < share[one] < 1]
    got = having(groupings[0], is_such)
    mean = sum(outcomes[one] for one in people) / len(people)
    part = sum(one in got for one in people) / len(people)
    above = sum(((one in got) - share[one]) * (outcomes[one] - mean) for one in people)
    below = sum(((one in got) - share[one]) * ((one in got) - part) for one in people)
    assert found.difference == pytest.approx(above / below)
    assert (found.with_such.value, found.without.value) == (
        len(got & set(people)),
        len(set(people) - got),
    )


def test_where_the_outcomes_have_their_zero_does_not_matter():
    groupings = lots(100, seed=6)
    outcomes = fared(groupings[0], 1, random.Random(2))
    moved = {one: outcome + 1000 for one, outcome in outcomes.items()}
    assert (
        compare_by_lot(groupings, outcomes, is_guide).to_dict()
        == compare_by_lot(groupings, moved, is_guide).to_dict()
    )


def test_people_for_whom_no_lot_decided_do_not_count():
    groupings = [(*grouping, ("x", "y")) for grouping in lots(100)]
    outcomes = fared(groupings[0], 1, random.Random(2))
    plain = compare_by_lot(lots(100), outcomes, is_guide)
    assert compare_by_lot(groupings, outcomes | {"x": 99.0, "z": 0.0}, is_guide) == plain


def test_a_real_pairing_is_drawn_again():
    pairing = pair([Member(id=one) for one in PEOPLE], seed=3)
    groupings = list(equally_good(pairing, count=120))
    found = compare_by_lot(groupings, fared(groupings[0], 0, random.Random(8)), is_guide)
    assert found.people.value == 16
    assert found.draws == 120
    assert [one.code for one in found.sentences()][1:] == [
        "lot_bounds",
        "lot_can",
        "lot_cannot",
        "lot_seed",
    ]


def test_where_no_lot_decided_it_says_so():
    found = compare_by_lot(lots(1) * 100, dict.fromkeys(PEOPLE, 1.0), is_guide)
    assert found.difference is None
    assert [one.code for one in found.sentences()] == ["lot_nothing"]


@pytest.mark.parametrize("known", [9, 12])
def test_few_people_are_not_told_about(known):
    groupings = lots(100)
    got = sorted(having(groupings[0]))
    others = [one for one in PEOPLE if one not in got]
    outcomes = fared(groupings[0], 1, random.Random(2))
    chosen = got[:4] + others[: known - 4]
    found = compare_by_lot(groupings, {one: outcomes[one] for one in chosen}, is_guide)
    assert found.difference is None
    assert found.with_such.value is None
    assert found.without.value is None


def test_a_difference_that_tells_everybody_s_outcome_is_hidden():
    groupings = lots(100)
    got = having(groupings[0])
    found = compare_by_lot(groupings, {one: float(one in got) for one in PEOPLE}, is_guide)
    assert found.difference is None


def test_better_and_worse_are_told_apart():
    groupings = lots(200, seed=3)
    outcomes = fared(groupings[0], 3, random.Random(1))
    turned = {one: -outcome for one, outcome in outcomes.items()}
    better = compare_by_lot(groupings, outcomes, is_guide)
    worse = compare_by_lot(groupings, turned, is_guide)
    assert better.difference == pytest.approx(-worse.difference)
    assert (better.low, better.high) == pytest.approx((-worse.high, -worse.low))
    assert [one.sentences()[0].code for one in (better, worse)] == ["lot_better", "lot_worse"]
    assert " worse on average" in str(worse.sentences()[0])
    assert json.loads(json.dumps(worse.to_dict())) == worse.to_dict()


def test_trios_count_everybody_with_whom_one_is():
    def alone(one, other):
        return one == "a" and other == "c"

    groups = [[tuple("abc"), tuple("def")], [tuple("abd"), tuple("cef")]] * 50
    outcomes = {one: float(place) for place, one in enumerate("abcdef")}
    assert compare_by_lot(groups, outcomes, alone).people.low == 1


def test_unusable_values_are_refused():
    with pytest.raises(ImpactError, match="100 equally good"):
        compare_by_lot(lots(99), {}, is_guide)
    with pytest.raises(ImpactError, match="finite"):
        compare_by_lot(lots(100), {"00": float("nan")}, is_guide)


def test_the_lots_of_these_tests_are_not_even():
    shares = {one: sum(one in having(grouping) for grouping in lots(300)) / 300 for one in PEOPLE}
    assert max(abs(shares[a] - shares[b]) for a, b in combinations(PEOPLE, 2)) > 0.2
