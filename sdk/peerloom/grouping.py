"""What is known about the groups of a round: names, score, common time, repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from peerloom.criteria import score_model
from peerloom.criteria.free_time import FreeTime
from peerloom.members import labels
from peerloom.pairings import Group
from peerloom.placement import Task
from peerloom.problem import inner_pairs
from peerloom.rounds import History

_GROUPS_AT_ONCE = 4096


def groups_of(task: Task, groups: Sequence[Sequence[int]], history: History) -> tuple[Group, ...]:
    """Say what is known about some groups.

    Parameters
    ----------
    task
        Whose members the indices mean.
    groups
        Indices, each group sorted.
    history
        The earlier rounds in which repeats are counted.

    Returns
    -------
    tuple of Group
        In the same order. All pairs are looked up at once.
    """
    scores = task.scores
    if task.policy.mix:
        # From the score and the reasons one could work out what was only said in private.
        scores = score_model(task.members, task.policy, task.week, with_mix=False)
    tails, heads = inner_pairs(groups)
    ids = [member.id for member in task.members]
    worth = iter(scores.values(tails, heads).tolist())
    times = iter(history.times(ids, tails, heads).tolist())
    found = []
    for group, minutes in zip(groups, _common_minutes(task, groups), strict=True):
        members = [task.members[index] for index in group]
        pairs = range(len(group) * (len(group) - 1) // 2)
        found.append(
            Group(
                members=tuple(member.id for member in members),
                names=labels(members),
                score=sum(next(worth) for _ in pairs) // len(pairs),
                common_minutes=minutes,
                repeats=sum(next(times) for _ in pairs),
            )
        )
    return tuple(found)


def _common_minutes(task: Task, groups: Sequence[Sequence[int]]) -> Iterator[int]:
    """Count for each group the minutes of the week in which all of it are free."""
    time = FreeTime.of(task.members, task.week)
    for first in range(0, len(groups), _GROUPS_AT_ONCE):
        some = groups[first : first + _GROUPS_AT_ONCE]
        people = np.fromiter((person for group in some for person in group), np.int64)
        sizes = np.array([len(group) for group in some])
        common = np.bitwise_and.reduceat(time.bits[people], np.cumsum(sizes) - sizes, axis=0)
        counts = np.bitwise_count(common).sum(axis=1, dtype=np.int64) * time.minutes
        yield from counts.tolist()
