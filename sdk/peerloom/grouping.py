"""What is known about the groups of a round: names, score, common time, repeats."""

from __future__ import annotations

from collections.abc import Sequence

from peerloom.criteria import score_model
from peerloom.members import labels
from peerloom.pairings import Group
from peerloom.placement import Task
from peerloom.problem import inner_pairs
from peerloom.rounds import History
from peerloom.weeks import common_minutes


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
    for group in groups:
        members = [task.members[index] for index in group]
        pairs = range(len(group) * (len(group) - 1) // 2)
        found.append(
            Group(
                members=tuple(member.id for member in members),
                names=labels(members),
                score=sum(next(worth) for _ in pairs) // len(pairs),
                common_minutes=(
                    common_minutes(members, task.week)
                    if all(member.availability for member in members)
                    else 0
                ),
                repeats=sum(next(times) for _ in pairs),
            )
        )
    return tuple(found)
