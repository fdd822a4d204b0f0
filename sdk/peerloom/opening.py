"""Locked groups that open where somebody would be left alone beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peerloom.bonds import Indices
from peerloom.policy import GROUP_SIZES
from peerloom.relaxations import of_opened, of_pair

if TYPE_CHECKING:
    from peerloom.placement import Task
    from peerloom.placements import Placement
    from peerloom.relaxations import Relaxation

# So many locked groups are tried as the one that is given up altogether.
_MOST_TRIED = 20


def open_locked(task: Task, placement: Placement) -> Placement:
    """Place people who are left alone beside locked groups, with as little change as possible.

    A locked group that takes somebody in keeps all its people, so that comes first. Only where no
    group can is one of them given up. Whoever is kept apart from everybody stays alone.

    Parameters
    ----------
    task
        What is known about the people.
    placement
        Where they are, beside the locked groups.

    Returns
    -------
    Placement
        With fewer people left alone, and with what gave way in `Placement.relaxed`; the same where
        nothing helps.
    """
    best = placement
    while best.unplaced:
        other = _taken_in(task, best) or _given_up(task, best)
        if other is None:
            break
        task, best = other
    return best


def _taken_in(task: Task, placement: Placement) -> tuple[Task, Placement] | None:
    """Let a locked group take in one of those who are alone: who breaks least, then scores most."""
    ways = sorted(way for person in placement.unplaced for way in _joins(task, person))
    if not ways:
        return None
    _, _, group, person = ways[0]
    members, bonds = task.members, task.bonds
    broken = [
        of_pair(rule, members[one], members[other], task.policy, task.week)
        for one, other in (sorted((person, one)) for one in group)
        for rule in task.rules.broken_by(one, other)
    ]
    locked = sorted([*(one for one in bonds.locked if one != group), _with(group, person)])
    opened = of_opened([members[one] for one in group])
    return _placed(task, placement, tuple(locked), (*bonds.broken, opened, *broken))


def _joins(task: Task, person: int) -> Iterator[tuple[int, int, Indices, int]]:
    """Give the cost and the loss of score with which each locked group can take somebody in."""
    largest = 3 if task.size == 2 else GROUP_SIZES[-1]
    scores = task.problem(is_strict=False).scores
    for group in task.bonds.locked:
        ends = np.sort([[person, one] for one in group], axis=1).T
        values = scores.values(*ends)
        if len(group) < largest and (values >= 0).all():
            cost = int(task.rules.costs(*ends).sum()) // len(group)
            yield cost, -int(values.sum()) // len(group), group, person


def _given_up(task: Task, placement: Placement) -> tuple[Task, Placement] | None:
    """Give up the one locked group without which the fewest people are alone."""
    found = []
    for group in task.bonds.locked[:_MOST_TRIED]:
        locked = tuple(one for one in task.bonds.locked if one != group)
        opened = of_opened([task.members[one] for one in group])
        other = _placed(task, placement, locked, (*task.bonds.broken, opened))
        if other is not None:
            found.append(other)
    return min(
        found,
        key=lambda one: (len(one[1].unplaced), len(one[1].relaxed), -one[1].score),
        default=None,
    )


def _placed(
    task: Task, placement: Placement, locked: tuple[Indices, ...], broken: tuple[Relaxation, ...]
) -> tuple[Task, Placement] | None:
    """Place everybody beside other locked groups; None where as many stay alone."""
    other = replace(task, bonds=replace(task.bonds, locked=locked, broken=broken))
    placed = other.place_beside_locked()
    return (other, placed) if len(placed.unplaced) < len(placement.unplaced) else None


def _with(group: Indices, person: int) -> Indices:
    return tuple(sorted((*group, person)))
