"""Choosing circles that hold everybody exactly once and together miss as little as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from peerloom.pairing.circle_columns import Columns
    from peerloom.pairing.weights import IntArray

_NEVER = 1 << 60
# Looking at a node costs as much as looking at so many circles.
_NODE = 400
# How often the prices are improved at each node.
_SHARINGS = 3
# Steps from one question whether to stop to the next, well under a second.
_BETWEEN = 500_000


class CircleCover:
    """The cheapest exact cover by circles, by depth-first branch and bound.

    Parameters
    ----------
    columns
        The circles to choose from.
    slack
        What each circle misses, not negative, shape ``(N,)``.
    count
        Number of people in all.
    stop
        Asked now and then; ends a run when it returns true.
    kinds
        Equal for people who may be exchanged in all columns without a change of slack, shape
        ``(n,)``; None if nobody may.

    Notes
    -----
    The person with the fewest circles left is seated next, in the least costly circle first. At
    each node every person's least slack is moved into the prices, by which many circles become too
    dear for what is left of the budget. The steps are counted, so the result is the same on every
    machine.
    """

    def __init__(
        self,
        columns: Columns,
        slack: IntArray,
        count: int,
        stop: Callable[[], bool] | None = None,
        kinds: IntArray | None = None,
    ) -> None:
        order = np.argsort(slack, kind="stable")
        self._columns = columns.take(order)
        self._order = order
        self._slack = slack[order]
        self._table = np.zeros((len(order), count + 1), dtype=bool)
        np.put_along_axis(self._table, self._columns.members, values=True, axis=1)
        self._table[:, count] = False
        self._count = count
        self._stop = stop
        self._kinds = np.append(np.arange(count) if kinds is None else kinds, -1)
        # For the kinds of the people left: the others cannot miss less than this.
        self._known: dict[tuple[bytes, tuple[int, ...], int], int] = {}
        self._ask = 0
        self.left = 0
        self._any = False
        self._lone_price = 0
        self._best: list[int] | None = None
        self._missed = 0
        self._deepest: list[int] = []
        self._seated = 0

    @property
    def is_complete(self) -> bool:
        """Whether the last `solve` looked at everything."""
        return self.left >= 0

    def solve(
        self,
        people: IntArray,
        sizes: Mapping[int, int],
        *,
        budget: int,
        most_lone: int,
        work: int,
        lone_price: int = 0,
        any_will_do: bool = False,
    ) -> IntArray | None:
        """Find circles for some people.

        Parameters
        ----------
        people
            Who is to be seated.
        sizes
            How many circles of each size there are to be.
        budget
            The most that may be missed and is of use: the slacks, and `lone_price` for each person
            who might be alone but is not.
        most_lone
            How many people may be alone.
        work
            Give up after so many steps; a step is a look at one circle. What is left of them is
            in `left` afterwards.
        any_will_do
            Stop at the first circles found.

        Returns
        -------
        array of int or None
            The chosen circles' places in `columns`; None if none were found.
        """
        inside = np.zeros(self._count + 1, dtype=bool)
        inside[people] = inside[-1] = True
        useful = inside[self._columns.members].all(axis=1) & (self._slack <= budget)
        rows = np.flatnonzero(useful)
        self._best, self._missed, self.left = None, budget + 1, work
        self._any, self._lone_price = any_will_do, lone_price
        self._deepest = []
        self._seated = 0
        self._ask = work - _BETWEEN
        self._known.clear()
        self._search(rows, self._slack[rows], people, dict(sizes), 0, most_lone, [])
        best: list[int] | None = self._best
        return None if best is None else np.sort(self._order[best])

    @property
    def deepest(self) -> IntArray:
        """The places of the circles that seated most people in the last `solve`."""
        return np.sort(self._order[self._deepest])

    def _search(
        self,
        rows: IntArray,
        slack: IntArray,
        people: IntArray,
        sizes: dict[int, int],
        missed: int,
        lone: int,
        chosen: list[int],
    ) -> None:
        """Look at one node: `slack` is what is left of the slack after earlier price changes."""
        if not len(people):
            missed += self._lone_price * lone
            if missed < self._missed:
                self._best, self._missed = list(chosen), 0 if self._any else missed
            return
        self.left -= _NODE + len(rows)
        if self.left < self._ask and self._stop:
            self._ask = self.left - _BETWEEN
            if self._stop():
                self.left = -1
        if self.left < 0:
            return
        columns = self._columns
        state = (np.sort(self._kinds[people]).tobytes(), tuple(sizes.values()), lone)
        paid = int(self._slack[chosen].sum())
        if self._known.get(state, 0) >= self._missed - paid:
            return
        seated = int(columns.size[chosen].sum())
        if seated > self._seated:
            self._deepest, self._seated = list(chosen), seated
        self._branch(rows, slack, people, sizes, missed, lone, chosen)
        if self.left >= 0:
            self._known[state] = self._missed - paid

    def _branch(
        self,
        rows: IntArray,
        slack: IntArray,
        people: IntArray,
        sizes: dict[int, int],
        missed: int,
        lone: int,
        chosen: list[int],
    ) -> None:
        """Improve the prices at a node, and seat one person in every way that is left."""
        columns = self._columns
        keep = columns.lone[rows] <= lone
        for size, left in sizes.items():
            if not left:
                keep &= columns.size[rows] != size
        rows, slack = rows[keep], slack[keep]
        largest = max(size for size, left in sizes.items() if left)
        for _ in range(_SHARINGS):
            held = self._table[rows][:, people]
            least = np.where(held, slack[:, None], _NEVER).min(axis=0, initial=_NEVER)
            if int(least.max()) >= _NEVER:
                return
            share = np.zeros(self._count + 1, dtype=np.int64)
            share[people] = least // largest
            missed += int(share.sum())
            slack = slack - share[columns.members[rows]].sum(axis=1)
            keep = slack < self._missed - missed
            rows, slack = rows[keep], slack[keep]
        held = self._table[rows][:, people]
        choices = held.sum(axis=0)
        place = int(choices.argmin())
        options = np.flatnonzero(held[:, place])
        tried: set[bytes] = set()
        for option in options[np.argsort(slack[options], kind="stable")].tolist():
            now = missed + int(slack[option])
            if now >= self._missed or self.left < 0:
                return
            row = int(rows[option])
            size = int(columns.size[row])
            members = columns.members[row, :size]
            alike = np.sort(self._kinds[members]).tobytes()
            if alike in tried:
                continue
            tried.add(alike)
            fits = ~self._table[rows[:, None], members].any(axis=1) & (slack < self._missed - now)
            sizes[size] -= 1
            self._search(
                rows[fits],
                slack[fits],
                people[~np.isin(people, members)],
                sizes,
                now,
                lone - int(columns.lone[row]),
                [*chosen, row],
            )
            sizes[size] += 1
