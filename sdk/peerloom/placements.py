"""Where everybody is in the end, by index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peerloom.price import Price
    from peerloom.problem import Groups
    from peerloom.relaxations import Relaxation


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Groups of everybody who can be placed, by index.

    Parameters
    ----------
    groups
        Sorted; locked groups are among them.
    score
        What they are worth, with the points that asks add.
    upper_bound
        No grouping under the same rules, with as few repeats, is worth more.
    relaxed
        The rules that do not hold, and for whom.
    unplaced
        Who could not be put into any group.
    price
        What worst-off first costs, where a policy asks for it.
    is_by_total
        Whether some groups could only be chosen by their total, whatever a policy asks for.
    """

    groups: Groups
    score: int
    upper_bound: int
    relaxed: tuple[Relaxation, ...] = ()
    unplaced: tuple[int, ...] = ()
    price: Price | None = None
    is_by_total: bool = False

    @property
    def trios(self) -> int:
        """How many groups have three people."""
        return sum(len(group) == 3 for group in self.groups)
