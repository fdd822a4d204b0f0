"""What is known about groups: the same as if each were looked at alone."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from peerloom import History, Policy, common_minutes, score_matrix
from peerloom.grouping import groups_of
from peerloom.placement import Task
from peerloom.problem import Penalties

WEEK = date(2026, 11, 16)


@given(st.data(), st.integers(0, 1000))
def test_groups_are_described_one_by_one(people, data, seed):
    members = tuple(data.draw(people))
    random = Random(seed)
    order = random.sample(range(len(members)), len(members))
    cuts = [0, 2, 5, 9] if random.random() < 0.5 else [0, 4, 7, 9]
    groups = [tuple(sorted(order[one:other])) for one, other in pairwise(cuts)]
    groups = [group for group in groups if len(group) > 1]
    ids = [member.id for member in members]
    past = [[ids[one] for one in group] for group in groups if random.random() < 0.5]
    history = History.of([past, past])
    policy = Policy.preset("meetup")
    task = Task.of(members, policy=policy, week=WEEK, penalties=Penalties.none(), size=2, seed=0)
    scores = score_matrix(members, policy, week=WEEK)
    for group, found in zip(groups, groups_of(task, groups, history), strict=True):
        pairs = list(combinations(group, 2))
        assert found.members == tuple(ids[one] for one in group)
        assert found.score == sum(int(scores[pair]) for pair in pairs) // len(pairs)
        assert found.common_minutes == common_minutes([members[one] for one in group], WEEK)
        assert found.repeats == sum(history.times_met(ids[i], ids[j]) for i, j in pairs)
