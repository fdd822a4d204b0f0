"""Circles of three to five people: a strong search and an honest bound.

To fill circles best is NP-hard, so nothing here claims to be optimal unless the bound says so. The
search starts from exact assignments, seat by seat, and then alternates two moves: the best swaps of
two people, and a re-assignment of one person out of every circle at once, which is solved exactly
(a large neighbourhood, after R. Ahuja, O. Ergun, J. Orlin and A. Punnen, "A survey of very
large-scale neighborhood search techniques", Discrete Applied Mathematics 123, 2002).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.assignment import assign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from peerloom.pairing.weights import IntArray

LARGEST = 5

# All scores are whole dozens. A circle of k divides its inner sum by k - 1, which divides twelve.
_DOZEN = 12


def circle_sizes(count: int, size: int) -> tuple[int, ...]:
    """Split a number of people into circles as even as possible, of 2 to 5 people each.

    As many circles as come nearest to `size` people each; at a tie the smaller circles. Sizes
    differ by at most one, so nobody is alone.

    Examples
    --------
    >>> circle_sizes(10, 3), circle_sizes(11, 3), circle_sizes(6, 5)
    ((4, 3, 3), (3, 3, 3, 2), (3, 3))
    """
    groups = max(1, -(-count // LARGEST), (2 * count + size) // (2 * size))
    groups = min(groups, count // 2)
    small, larger = divmod(count, groups)
    return (small + 1,) * larger + (small,) * (groups - larger)


class CircleSearch:
    """A partition into circles that only gets better.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``, whole dozens; negative = forbidden.
    sizes
        How many people each circle takes; their sum is n.
    random
        Which seats are re-assigned together.
    alone
        Codes per person, shape ``(n,)`` each; -1 = not said. Fewest people are to be alone: those
        whose code somebody else has, but nobody in their circle.
    """

    def __init__(
        self,
        weights: IntArray,
        sizes: tuple[int, ...],
        random: Random,
        alone: Sequence[IntArray] = (),
    ) -> None:
        size = len(weights)
        self._random = random
        self._codes = [shared_codes(codes) for codes in alone]
        # One person alone costs more than all pairs can bring, and one forbidden pair more still.
        most = (int(weights.max(initial=0)) + _DOZEN) * size
        self._lone_cost = _DOZEN * most
        penalty = most * LARGEST * (1 + 2 * _DOZEN * len(self._codes))
        self._gain = np.where(weights < 0, -penalty, weights)
        np.fill_diagonal(self._gain, 0)
        self._weights = weights
        self._share = np.array([_DOZEN // (k - 1) for k in sizes], dtype=np.int64)
        self._circles: list[list[int]] = [[] for _ in sizes]
        self._fill(sizes)

    def improve(self, rounds: int) -> None:
        """Alternate swaps and re-assignments."""
        self._swap_all()
        for _ in range(rounds):
            if self._reassign():
                self._swap_all()

    @property
    def groups(self) -> list[tuple[int, ...]]:
        """The circles."""
        return [tuple(sorted(circle)) for circle in self._circles]

    def unplaced(self) -> tuple[int, ...]:
        """List the people who sit with somebody they must not sit with."""
        forbidden = self._weights < 0
        np.fill_diagonal(forbidden, val=False)
        return tuple(
            sorted(
                person
                for circle in self._circles
                for person in circle
                if forbidden[person, circle].any()
            )
        )

    def _fill(self, sizes: tuple[int, ...]) -> None:
        """Fill all first seats, then all second ones, and so on, each time by exact assignment."""
        size = len(self._gain)
        free = np.arange(len(sizes), size)
        for index, circle in enumerate(self._circles):
            circle.append(index)
        for seat in range(1, max(sizes)):
            open_circles = [index for index, k in enumerate(sizes) if k > seat]
            profit = self._sums(open_circles)[free].T * self._share[open_circles, None]
            chosen = assign(profit)
            for index, place in zip(open_circles, chosen.tolist(), strict=True):
                self._circles[index].append(int(free[place]))
            free = np.delete(free, chosen)

    def _sums(self, circles: list[int]) -> IntArray:
        """Sum everybody's scores with the members of some circles, shape ``(n, circles)``."""
        return np.stack([self._gain[:, self._circles[index]].sum(axis=1) for index in circles], 1)

    def _swap_all(self) -> None:
        """Swap two people of different circles while that gains, the best swaps first."""
        while self._swap_once():
            pass

    def _swap_once(self) -> bool:
        """Swap the best pairs of people whose circles are not touched yet; tell if any."""
        size = len(self._gain)
        place = np.empty(size, dtype=np.int64)
        for index, circle in enumerate(self._circles):
            place[circle] = index
        sums = self._sums(list(range(len(self._circles)))) * self._share
        own = sums[np.arange(size), place]
        # Person i moves to the circle of j: gains there, loses here, and never meets j.
        move = sums[:, place] - own[:, None] - self._gain * self._share[place]
        delta = move + move.T
        for codes in self._codes:
            delta -= self._lone_cost * self._lone_change(codes, place)
        delta[place[:, None] == place] = 0
        best = delta.argmax(axis=1)
        gains = delta[np.arange(size), best]
        touched = np.zeros(len(self._circles), dtype=bool)
        swapped = False
        for person in np.argsort(-gains, kind="stable").tolist():
            if gains[person] <= 0:
                break
            here, there = place[person], place[best[person]]
            if touched[here] or touched[there]:
                continue
            touched[here] = touched[there] = True
            other = int(best[person])
            first, second = self._circles[here], self._circles[there]
            first[first.index(person)] = other
            second[second.index(other)] = person
            swapped = True
        return swapped

    def _seated(self, codes: IntArray) -> IntArray:
        """Count how often each circle has each person's code, shape ``(circles, n)``."""
        return np.stack([(codes[circle][:, None] == codes).sum(axis=0) for circle in self._circles])

    def _lone_change(self, codes: IntArray, place: IntArray) -> IntArray:
        """Count how many more people are alone when two swap places, shape ``(n, n)``."""
        seated = self._seated(codes)
        said = codes >= 0
        own = seated[place, np.arange(len(codes))]
        leave = np.where(said, (own == 2).astype(np.int64) - (own == 1), 0)
        enter = np.where(said, (seated == 0).astype(np.int64) - (seated == 1), 0)
        change: IntArray = leave[:, None] + enter[place].T
        change = change + change.T
        change[codes[:, None] == codes] = 0
        return change

    def _reassign(self) -> bool:
        """Take one person out of every circle, put them back best, and tell if that gained."""
        everyone = list(range(len(self._circles)))
        out = [circle.pop(self._random.randrange(len(circle))) for circle in self._circles]
        profit = self._sums(everyone)[out] * self._share
        for codes in self._codes:
            seated = self._seated(codes)[:, out].T
            lone = np.where(
                codes[out, None] >= 0, (seated == 0).astype(np.int64) - (seated == 1), 0
            )
            profit -= self._lone_cost * lone
        chosen = assign(profit)
        before = int(np.trace(profit))
        after = int(profit[np.arange(len(out)), chosen].sum())
        for person, index in zip(out, chosen.tolist(), strict=True):
            self._circles[index].append(person)
        return after > before


def count_lone(codes: Sequence[IntArray], circle: Sequence[int]) -> int:
    """Count who is alone in a circle, once for each attribute.

    Parameters
    ----------
    codes
        Codes per person that at least two people have, -1 = not said; see `shared_codes`.
    circle
        Some people.

    Examples
    --------
    >>> count_lone([np.array([1, 1, 2, 2, -1])], (0, 1, 2, 4))
    1
    """
    lone = 0
    for attribute in codes:
        said = [code for code in attribute[list(circle)].tolist() if code >= 0]
        lone += sum(said.count(code) == 1 for code in said)
    return lone


def shared_codes(codes: IntArray) -> IntArray:
    """Keep the codes that at least two people have; the others become -1 (not said)."""
    _, place, often = np.unique(codes, return_inverse=True, return_counts=True)
    return np.where((codes >= 0) & (often[place] > 1), codes, -1).astype(np.int64)


def circle_bound(weights: IntArray, smallest: int, rounds: int = 40) -> int:
    """Bound the value of every partition into circles of at least `smallest` people.

    In a circle of k each pair counts ``1 / (k - 1)``, so each person's pairs count 1 together and
    no pair more than ``1 / (smallest - 1)``. Any prices ``y`` then bound the value by
    ``sum(y) + sum(max(0, w_ij - y_i - y_j)) / (smallest - 1)``: weak duality. The prices are
    moved towards the best for each person alone; the best bound met on the way is returned.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``; negative = forbidden.
    smallest
        Number of people in the smallest circle.
    rounds
        How often the prices are moved.
    """
    cap = smallest - 1
    size = len(weights)
    doubled = np.where(weights < 0, -(1 << 56), 2 * weights)
    np.fill_diagonal(doubled, -(1 << 56))
    price = doubled.max(axis=1).clip(0) // 2
    best = None
    for _ in range(rounds):
        net = doubled - price
        over = net - price[:, None]
        # Each pair stands twice in the matrix, and all is in half units: hence four.
        bound = (2 * cap * int(price.sum()) + int(over.clip(0).sum())) // (4 * cap)
        best = bound if best is None else min(best, bound)
        wanted = np.partition(net, size - cap, axis=1)[:, size - cap].clip(-(1 << 50))
        price = (price + wanted) // 2
    return best if best is not None else 0
