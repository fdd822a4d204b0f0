"""Prices that bound the value of circles: dual ascent on whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.circle_columns import Prices

if TYPE_CHECKING:
    from peerloom.pairing.circle_columns import CircleProblem, Columns
    from peerloom.pairing.weights import IntArray

# Every size of a circle divides this, so that shares of a circle are whole.
SHARES = 60
_WHOLE = 1 << 10
_FIRST_STEP = 1 << 8
_SMALLEST_STEP = 8
_PATIENCE = 20
_UNBOUNDED = 1 << 62


def first_prices(problem: CircleProblem) -> Prices:
    """Price everybody at half of their best possible partners: no circle is worth more."""
    most = max(problem.sizes) - 1
    least = min(problem.sizes) - 1
    best = np.sort(problem.weights.clip(0), axis=1)[:, -most:].sum(axis=1)
    person = -(-problem.scale * best // (2 * least))
    return Prices(np.append(person, 0), np.zeros(6, dtype=np.int64))


def base(problem: CircleProblem, prices: Prices) -> int:
    """Sum what everybody pays: a bound if no circle is worth more than its price."""
    circles = sum(count * int(prices.circle[size]) for size, count in problem.classes)
    return int(prices.person.sum()) + circles + prices.lone * problem.most_lone


def lifted(problem: CircleProblem, prices: Prices, columns: Columns, floor: int = 0) -> Prices:
    """Raise the prices of people until no circle is worth more than its price.

    Each person pays their share of the worst excess among their circles.

    Parameters
    ----------
    columns
        All circles that are worth more than their price by `floor` or more.
    floor
        In fine points, not negative.
    """
    reduced = prices.reduced(columns)
    smallest = problem.classes[0][0]
    # A circle of k must rise by its excess, and k people share it.
    worst = np.full(problem.count + 1, -(-floor // smallest), dtype=np.int64)
    share = -(-reduced // columns.size)
    np.maximum.at(worst, columns.members, np.broadcast_to(share[:, None], columns.members.shape))
    worst[-1] = 0
    return Prices(prices.person + worst.clip(0), prices.circle, prices.lone)


def evened(prices: Prices, kinds: IntArray) -> Prices:
    """Charge people of a kind the same, their average: as valid, since they may be exchanged."""
    count = len(kinds)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, kinds, prices.person[:-1])
    many = np.bincount(kinds, minlength=count)[kinds]
    return Prices(np.append(-(-total[kinds] // many), 0), prices.circle, prices.lone)


class _Incidence:
    """For each person the circles that they are in."""

    def __init__(self, columns: Columns, count: int) -> None:
        flat = columns.members.ravel()
        order = np.argsort(flat, kind="stable")
        order = order[: int(np.searchsorted(flat[order], count))]
        self.circle = order // columns.members.shape[1]
        self.person = flat[order]
        self.starts = np.searchsorted(self.person, np.arange(count))

    def best(self, share: IntArray) -> tuple[IntArray, IntArray]:
        """Return each person's largest share, and a circle that has it."""
        shares = share[self.circle]
        most = np.maximum.reduceat(shares, self.starts)
        hits = np.flatnonzero(shares == most[self.person])
        first = np.searchsorted(self.person[hits], np.arange(len(self.starts)))
        return most, self.circle[hits[first]]


def ascend(
    problem: CircleProblem, columns: Columns, prices: Prices, target: int, rounds: int
) -> tuple[Prices, int]:
    """Improve prices for some circles by subgradient steps.

    Every person is charged the share of the best circle that they are in; a person whom these
    circles hold more than once in total pays more, one whom they hold less pays less.

    Parameters
    ----------
    columns
        Everybody is in one of them at least.
    target
        A value that the bound is not expected to fall below; steps are shorter the nearer it is.
    rounds
        How many steps.

    Returns
    -------
    (prices, bound)
        No circle of `columns` is worth more than its price. The bound is theirs, in fine points.

    Notes
    -----
    O(rounds * size of `columns`). Steps after B. Polyak, "Minimization of unsmooth functionals",
    USSR Computational Mathematics 9 (1969), along directions that remember earlier ones: P.
    Camerini, L. Fratta and F. Maffioli, "On improving relaxation methods by modified gradient
    techniques", Mathematical Programming Study 3 (1975).
    """
    count = problem.count
    incidence = _Incidence(columns, count)
    sizes = np.array([size for size, _ in problem.classes])
    wanted = np.array([many for _, many in problem.classes]) * SHARES
    kind = np.searchsorted(sizes, columns.size)
    with_lone = bool(problem.codes) and problem.most_lone > 0
    here = turning = best = prices
    bound = _UNBOUNDED
    step, since = _FIRST_STEP, 0
    direction = np.zeros(count + len(sizes) + 1, dtype=np.int64)
    part = SHARES // columns.size
    for _ in range(rounds):
        most, circle = incidence.best(here.reduced(columns) * part)
        value = base(problem, here) - (-int(most.sum()) // SHARES)
        if value < bound:
            bound, since = value, 0
            turning = here
            best = Prices(
                np.append(here.person[:-1] - (-most // SHARES), 0), here.circle, here.lone
            )
        else:
            since += 1
            if since >= _PATIENCE:
                step, since, here = max(step * 3 // 4, _SMALLEST_STEP), 0, turning
                direction[:] = 0
                continue
        shares = part[circle]
        held = np.zeros(count + 1, dtype=np.int64)
        np.add.at(held, columns.members[circle], shares[:, None])
        kinds = np.zeros(len(sizes), dtype=np.int64)
        np.add.at(kinds, kind[circle], shares)
        lone = int((columns.lone[circle] * shares).sum())
        slope = np.concatenate(
            [SHARES - held[:-1], wanted - kinds, [SHARES * problem.most_lone - lone]]
        )
        if not with_lone:
            slope[-1] = 0
        direction = slope * 16 + direction * 3 // 4
        square = int(direction @ direction)
        if square == 0 or value <= target:
            break
        rate = step * (value - target) * SHARES * 16
        moves = [rate * move // (square * _WHOLE) for move in direction.tolist()]
        here = _moved(here, moves, sizes, problem.largest_price)
    return best, bound


def _moved(prices: Prices, moves: list[int], sizes: IntArray, most: int) -> Prices:
    """Lower prices by some steps, and keep them between ``-most`` and ``most``."""
    count = len(prices.person) - 1
    steps = np.array([max(-2 * most, min(2 * most, move)) for move in moves], dtype=np.int64)
    person = prices.person.copy()
    person[:-1] -= steps[:count]
    circle = prices.circle.copy()
    circle[sizes] -= steps[count:-1]
    lone = min(most, max(0, prices.lone - int(steps[-1])))
    return Prices(person.clip(-most, most), circle.clip(-most, most), lone)
