"""Worst-off first where asks compete: which of them hold, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from peerloom.fairness import lowest_pair, price_of
from peerloom.policy import Fairness

if TYPE_CHECKING:
    from peerloom.bonds import Bonds, Pair
    from peerloom.placement import Task
    from peerloom.placements import Placement
    from peerloom.price import Price
    from peerloom.problem import Groups


@dataclass(frozen=True, slots=True)
class FairAsks:
    """Compares placements with as many asks by their lowest pair, outside locked groups.

    Parameters
    ----------
    task, bonds, lifted
        As for `Task.place_under_rules`.
    """

    task: Task
    bonds: Bonds
    lifted: frozenset[Pair]

    def worst(self, placement: Placement) -> int:
        """Give the lowest score of two people who are together; asked pairs count, too."""
        problem = self.task.problem(self.lifted)
        return lowest_pair(problem, self._unlocked(placement)) or 0

    def bound(self, placement: Placement) -> int:
        """Bound the lowest pair of all placements with the same asks."""
        worst, price = self.worst(placement), placement.price
        if placement.is_by_total:
            # No lowest pair is worth more than its group, so not more than all groups.
            return placement.upper_bound
        return worst if price is None or worst < price.worst_after else price.worst_bound

    def price(self, placement: Placement, worst_bound: int) -> Price:
        """Compare with the highest total of all placements with as many asks."""
        by_total = replace(self.task, policy=replace(self.task.policy, fairness=Fairness.TOTAL))
        before = by_total.place_under_rules(self.bonds, self.lifted, placement.unplaced)
        return price_of(
            self.task.problem(self.lifted),
            self._unlocked(before),
            self._unlocked(placement),
            week=self.task.week,
            worst_bound=worst_bound,
        )

    def _unlocked(self, placement: Placement) -> Groups:
        return tuple(group for group in placement.groups if group not in self.bonds.locked)
