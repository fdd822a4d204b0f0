"""History: who has been together with whom, and what that means for the next round."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import History, Member, PastGroup, pair
from peerloom.criteria import FULL_SCORE

ids = st.sampled_from("abcdef")
groups = st.builds(PastGroup, st.frozensets(ids, min_size=1), st.booleans())
rounds = st.lists(st.lists(groups, max_size=3), max_size=4)


def met_in(groups, one, other):
    return any(group.met and {one, other} <= group.members for group in groups)


@given(rounds)
def test_only_meetings_that_happened_count(rounds):
    history = History.of(rounds)
    for one in "abcxyz":
        for other in "abcxyz":
            met = sum(one != other and met_in(groups, one, other) for groups in rounds)
            assert history.times_met(one, other) == met
            assert (other in history.partners(one)) == (met > 0)


@given(rounds, st.permutations("abcdexyz"))
def test_one_repeat_outweighs_every_age_and_a_younger_one_costs_more(rounds, everybody):
    history = History.of(rounds)
    penalties = history.penalties(everybody)
    cost = {
        frozenset((everybody[tail], everybody[head])): cost
        for tail, head, cost in zip(
            penalties.tails.tolist(),
            penalties.heads.tolist(),
            penalties.costs.tolist(),
            strict=True,
        )
    }
    assert (penalties.tails < penalties.heads).all()
    last = {
        frozenset(two): max(number for number, groups in enumerate(rounds) if met_in(groups, *two))
        for two in combinations(everybody, 2)
        if history.times_met(*two)
    }
    assert cost.keys() == last.keys()
    for one in last:
        for other in last:
            assert (cost[one] < cost[other]) == (last[one] < last[other])
    if cost:
        # Fewer repeats are cheaper, whatever their age, also where one of a trio counts half.
        pairs = len(everybody) // 2
        assert (pairs - 0.5) * max(cost.values()) < pairs * min(cost.values())


@pytest.mark.parametrize("people", [2, 3, 40, 5000, 20_000, 100_000])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_costs_stay_within_what_the_engine_can_compute(people, size):
    names = [f"{index:06d}" for index in range(people)]
    history = History.of([[names[:2]], [[names[0], names[-1]]]] * 30)
    costs = history.penalties(names, size=size).costs
    bonus = size * FULL_SCORE * people // 2
    limit = 1 << 56 if size == 2 else 1 << 44
    assert costs.min() > 0
    assert int(costs.max()) == 1 or int(costs.max()) * bonus * people < limit
    assert (costs.max() > costs.min()) == (2 < people < (10_000 if size == 2 else 1000))


def test_trio_seats_count_who_sat_in_a_trio_met_or_not():
    history = History.of(
        [[["a", "b", "c"], ["d", "e"]], [PastGroup(frozenset("abd"), met=False)], [list("abcd")]]
    )
    assert history.trio_seats("dabx").tolist() == [1, 2, 2, 0]
    assert history.trio_seats("").tolist() == []


def test_histories_add_up():
    first, second = History.of([[["a", "b"]]]), History.of([[["b", "a"], ["c", "d"]]])
    both = first + second
    assert both.times_met("a", "b") == 2
    assert both.times_met("c", "d") == 1
    assert both == History.of([[["a", "b"]], [["a", "b"], ["c", "d"]]])
    assert hash(both) == hash(History.of([[["a", "b"]], [["a", "b"], ["c", "d"]]]))


def test_a_history_without_groups_is_no_history():
    assert not History()
    assert not History(((), ()))
    assert History.of([[["a", "b"]]])
    assert History().penalties("ab").costs.tolist() == []


def test_two_who_never_met_may_be_partners_at_last():
    four = [Member(id=one, topics=(topic,)) for one, topic in zip("abcd", "xxyy", strict=True)]
    planned = PastGroup(frozenset("ab")), PastGroup(frozenset("cd"))
    missed = PastGroup(frozenset("ab"), met=False), PastGroup(frozenset("cd"), met=False)
    assert [one.members for one in pair(four).groups] == [("a", "b"), ("c", "d")]
    other = pair(four, history=History.of([planned]))
    assert [one.members for one in other.groups] != [("a", "b"), ("c", "d")]
    again = pair(four, history=History.of([missed]))
    assert [one.members for one in again.groups] == [("a", "b"), ("c", "d")]
    assert [one.repeats for one in again.groups] == [0, 0]


def test_when_all_have_met_the_oldest_partners_meet_first():
    four = [Member(id=one) for one in "abcd"]
    past = [[["a", "c"], ["b", "d"]], [["a", "d"], ["b", "c"]], [["a", "b"], ["c", "d"]]]
    for _ in range(6):
        pairing = pair(four, history=History.of(past))
        assert [list(group.members) for group in pairing.groups] == past[-3]
        past.append(past[-3])


def costs_by_pair(history, members):
    penalties = history.penalties(members)
    return dict(
        zip(zip(penalties.tails, penalties.heads, strict=True), penalties.costs, strict=True)
    )


def test_people_who_left_or_are_new_change_nothing_for_the_others():
    history = History.of([[["a", "gone"], ["b", "c"]], [["a", "b"], ["c", "gone"]]])
    assert costs_by_pair(history, ["a", "b", "c"]).keys() == {(1, 2), (0, 1)}
    assert costs_by_pair(history, ["new", "c", "b"]).keys() == {(1, 2)}
    assert np.array_equal(history.trio_seats(["new"]), [0])
