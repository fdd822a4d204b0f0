"""Everybody gets a place with exceptions from hard rules, as few as possible."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from peerloom.infeasible import Exemption, cost_of
from peerloom.pairing import NoPartitionError

if TYPE_CHECKING:
    from peerloom.placement import Task
    from peerloom.placements import Placement

# Up to so many exemptions are tried to be done without, one after the other.
_MOST_TRIED = 12


def place_with(task: Task, exemption: Exemption) -> Placement:
    """Place everybody with exceptions, if possible with fewer than these."""
    group_of = {person: group for group in exemption.groups for person in group}
    bonds = task.bonds.keeping(
        frozenset(
            pair
            for pair in task.bonds.open_pairs
            if group_of.get(pair[0], ()) is group_of.get(pair[1])
        )
    )
    lifted = exemption.lifted
    found: Placement | None = None
    with contextlib.suppress(NoPartitionError):
        found = task.place_under_rules(bonds, lifted, exemption.unplaced)
    if found is None or cost_of(found.groups, task.rules, task.bonds) > exemption.cost:
        return task.placement(
            exemption.groups, exemption.upper_bound, exemption.unplaced, fixed=bonds.locked
        )
    cost = cost_of(found.groups, task.rules, task.bonds)
    if len(lifted) > _MOST_TRIED:
        return found
    for pair in sorted(lifted):
        with contextlib.suppress(NoPartitionError):
            other = task.place_under_rules(bonds, lifted - {pair}, exemption.unplaced)
            if cost_of(other.groups, task.rules, task.bonds) < cost:
                found, lifted = other, lifted - {pair}
                cost = cost_of(other.groups, task.rules, task.bonds)
    return found
