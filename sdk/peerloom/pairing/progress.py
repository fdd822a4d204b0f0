"""What a long run tells while it goes on, and how it is asked to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """The best found so far, and what is proven by now.

    Parameters
    ----------
    total : int
        What the best groups so far are worth; -1 while there are none yet.
    upper_bound : int
        No groups are worth more. It never rises during a run.

    Examples
    --------
    >>> Progress(total=990, upper_bound=1000).gap
    0.01
    """

    total: int
    upper_bound: int

    @property
    def gap(self) -> float:
        """How far the total may be from the best, as a part of the limit; 1.0 without groups."""
        if self.total < 0:
            return 1.0
        return (self.upper_bound - self.total) / self.upper_bound if self.upper_bound else 0.0


OnProgress: TypeAlias = Callable[[Progress], bool | None]
"""Called now and then during a run. True asks it to stop and give the best that it has found."""
