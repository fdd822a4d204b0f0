"""Everybody gets a place with exceptions from hard rules, as few as possible."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from peerloom.exemptions import Exemption, cost_of
from peerloom.fallbacks import best_partners_bound, joined
from peerloom.pairing import NoPartitionError
from peerloom.policy import Fairness
from peerloom.problem import value

if TYPE_CHECKING:
    from peerloom.placement import Task
    from peerloom.placements import Placement

# Up to so many exemptions are tried to be done without, one after the other.
_MOST_TRIED = 12


def place_with(task: Task, exemption: Exemption) -> Placement:
    """Place everybody with exceptions, if possible with fewer than these.

    The bound holds for all groups with as small exceptions, not only for these exceptions.
    """
    is_fair = task.policy.fairness is Fairness.WORST_OFF_FIRST
    locked = task.bonds.locked
    is_circles = task.size > 2
    is_known = exemption.is_final and not is_fair and not is_circles
    found = None if is_known else _under_rules(task, exemption)
    if found is None and is_circles and not exemption.is_final:
        exemption = _in_smaller_groups(task, exemption)
    if found is None:
        placed = task.placement(
            exemption.groups, exemption.upper_bound, exemption.unplaced, fixed=locked
        )
        return replace(placed, is_by_total=is_fair)
    worth = task.problem(is_strict=False).scores
    if cost_of(found.groups, task.rules, task.bonds) < exemption.cost or is_fair:
        taken = {person for group in locked for person in group}
        free = [person for person in range(len(task.members)) if person not in taken]
        bound = best_partners_bound(task.problem(is_strict=False), free)
    else:
        bound = exemption.upper_bound
    price = found.price
    if price is not None:
        # Other exceptions that are as small may lift the worst pair higher.
        price = replace(price, worst_bound=max(price.worst_bound, worth.highest))
    return replace(
        found, upper_bound=max(found.upper_bound, bound + value(worth, locked)), price=price
    )


def _in_smaller_groups(task: Task, exemption: Exemption) -> Exemption:
    """Pair again with asks and repeats, and join; the same where nothing as good comes out."""
    pairs = replace(task, size=2)
    found = _under_rules(pairs, exemption)
    if found is None:
        return exemption
    locked = set(task.bonds.locked)
    open_groups = [group for group in found.groups if group not in locked]
    together = joined(task.problem(exemption.lifted), open_groups)
    groups = tuple(sorted((*together, *task.bonds.locked)))
    cost = cost_of(groups, task.rules, task.bonds)
    return replace(exemption, groups=groups, cost=cost) if cost <= exemption.cost else exemption


def _under_rules(task: Task, exemption: Exemption) -> Placement | None:
    """Solve again with asks and repeats, under exceptions; None where nothing as good comes out."""
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
        return None
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
