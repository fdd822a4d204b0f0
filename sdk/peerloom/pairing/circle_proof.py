"""Circles that are proven best, or how much better others could be at most.

The circles of a partition are the columns of a set-partition problem. Its linear relaxation is very
tight here, most often within half a percent, and its dual needs no circle to be listed that is
worth less than its price. So prices are found first, by pricing out the few circles that break them
(column generation); then the partitions that could still be better, made of the few circles whose
price is nearly their value, are searched with a budget that doubles until one is found or all are
ruled out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.circle_columns import join
from peerloom.pairing.circle_cover import CircleCover
from peerloom.pairing.circle_prices import ascend, base, evened, first_prices, lifted
from peerloom.pairing.circles import CircleSearch
from peerloom.pairing.progress import Progress

if TYPE_CHECKING:
    from random import Random

    from peerloom.pairing.circle_columns import CircleProblem, Columns, Prices
    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.weights import IntArray

    Groups = list[tuple[int, ...]]

# Limits, all counted in circles or steps and never in seconds.
_MOST_SETS = 200_000
_MOST_POOL = 12_000
_PRICINGS = 40
_STEPS = 300
_WORK = 20_000_000
_DIVE_CHOICE = 3_000
_DIVE_WORK = 300_000
_DIVE_ROUNDS = 100
_REPAIR_CHOICE = 5_000
_REPAIR_WORK = 200_000
_REPAIRS = 60
_REPAIR_PEOPLE = 60
_FEW_PEOPLE = 40


class CircleProof:
    """Circles that only get better, under a bound that only gets lower.

    Parameters
    ----------
    problem
        Whom to seat.
    groups
        Admissible circles with at most `problem.most_lone` people alone.
    random
        Which circles are taken apart together.
    progress
        Told now and then how far it is; stops the work when it returns true.

    Attributes
    ----------
    groups : list of tuple of int
        The best circles so far.
    total : int
        Their value.
    upper_bound : int
        No such circles are worth more.
    """

    def __init__(
        self,
        problem: CircleProblem,
        groups: Groups,
        random: Random,
        progress: OnProgress | None = None,
    ) -> None:
        self._problem = problem
        self._progress = progress
        self._is_stopped = False
        self._random = random
        self._prices = first_prices(problem)
        self._pool = problem.columns(groups)
        self._keep(self._pool)
        self.upper_bound = base(problem, self._prices) // problem.scale

    @property
    def is_proven(self) -> bool:
        """Whether no circles are worth more."""
        return self.total + self._problem.unit > self.upper_bound

    def run(self) -> None:
        """Price, repair, price again, and search what is left."""
        many = self._problem.count > _FEW_PEOPLE
        repairs = (self._dive, self._repair, self._price, self._repair) if many else ()
        for step in (self._price, *repairs, self._search):
            if not self._is_over():
                step()

    def _is_over(self) -> bool:
        """Tell how far it is, and whether to go no further."""
        if self._progress and not self._is_stopped:
            self._is_stopped = bool(self._progress(Progress(self.total, self.upper_bound)))
        return self._is_stopped or self.is_proven

    @property
    def _gap(self) -> int:
        """How much better circles may miss of what everybody pays, in fine points."""
        least = (self.total + self._problem.unit) * self._problem.scale
        return base(self._problem, self._prices) - least

    def _keep(self, circles: Columns) -> None:
        """Take circles as the best so far."""
        self._circles = circles
        self.groups = sorted(circles.group(index) for index in range(len(circles)))
        self.total = int(circles.value.sum()) // self._problem.scale

    def _lower(self, bound: int) -> None:
        """Take a bound in fine points; every total is a multiple of the unit."""
        problem = self._problem
        whole = bound // (problem.scale * problem.unit) * problem.unit
        self.upper_bound = max(self.total, min(self.upper_bound, whole))

    def _price(self) -> None:
        """Lower the prices, and with them the bound."""
        problem = self._problem
        pool = join(self._pool, self._circles)
        prices = self._prices
        pool = join(pool, self._nearest(prices, 30 * problem.count))
        target = self.total * problem.scale
        since = 0
        for _ in range(_PRICINGS):
            prices, reached = ascend(problem, pool, prices, target, _STEPS)
            floor, found = self._broken(prices)
            before = base(problem, self._prices)
            higher = lifted(problem, prices, found, floor)
            if base(problem, higher) < before:
                self._prices = higher
            after = base(problem, self._prices)
            self._lower(after)
            since = since + 1 if before - after <= (after - target) // 100 else 0
            if self._is_over() or (since >= 2 and after - reached <= (after - target) // 50):
                break
            pool = self._trimmed(join(pool, found), prices)
        self._pool = pool

    def _nearest(self, prices: Prices, wanted: int) -> Columns:
        """List circles that are worth nearly their price, some `wanted` of them."""
        floor = -max(self._gap, self._problem.scale) // len(self._problem.sizes)
        found = self._problem.columns([])
        while len(found) < wanted:
            more = self._problem.circles_above(prices, floor, _MOST_SETS)
            if more is None or len(more) > _MOST_POOL or len(more) == len(found) > 0:
                break
            found, floor = more, 2 * floor
        return found

    def _broken(self, prices: Prices) -> tuple[int, Columns]:
        """List the circles that are worth more than their price by a floor, as low as can be."""
        floor = 0
        while (found := self._problem.circles_above(prices, floor, _MOST_SETS)) is None:
            floor = max(2 * floor, 16 * self._problem.scale)
        return floor, found

    def _trimmed(self, pool: Columns, prices: Prices) -> Columns:
        """Drop the circles that are far from worth their price, if there are many."""
        if len(pool) <= _MOST_POOL:
            return pool
        best = np.argsort(-prices.reduced(pool), kind="stable")[: _MOST_POOL // 2]
        return join(pool.take(np.sort(best)), self._circles)

    def _choice(self, most: int) -> Columns:
        """List the circles that miss least of their price, as many as can be of use."""
        budget = self._gap
        while True:
            found = self._problem.circles_above(self._prices, -budget, _MOST_SETS)
            if found is not None and len(found) <= most:
                return found
            budget = budget * 2 // 3

    def _dive(self) -> None:
        """Seat as many as possible in circles that miss little, and the others by a search."""
        problem = self._problem
        choice = self._choice(_DIVE_CHOICE)
        cover = CircleCover(choice, -self._prices.reduced(choice), problem.count, self._is_over)
        chosen = self._cover(cover, np.arange(problem.count), None, self._gap, _DIVE_WORK)
        if chosen is not None:
            self._keep(choice.take(chosen))
            return
        part = choice.take(cover.deepest)
        rest = np.setdiff1d(np.arange(problem.count), part.members)
        sizes = list(problem.sizes)
        for size in part.size.tolist():
            sizes.remove(size)
        codes = [attribute[rest] for attribute in problem.codes]
        search = CircleSearch(
            problem.weights[np.ix_(rest, rest)], tuple(sizes), self._random, codes
        )
        search.improve(_DIVE_ROUNDS)
        groups = [tuple(rest[list(group)].tolist()) for group in search.groups]
        circles = join(part, problem.columns(groups))
        if search.unplaced() or int(circles.lone.sum()) > problem.most_lone:
            return
        if int(circles.value.sum()) > self.total * problem.scale:
            self._keep(circles)

    def _repair(self) -> None:
        """Take some circles apart and seat their people best, many times."""
        problem, random = self._problem, self._random
        choice = self._choice(_REPAIR_CHOICE)
        cover = CircleCover(choice, -self._prices.reduced(choice), problem.count, self._is_over)
        for _ in range(_REPAIRS):
            if self._is_over():
                return
            circles = self._circles
            missed = -self._prices.reduced(circles)
            order = random.sample(range(len(circles)), len(circles))
            # Of the first three the one that misses most is surely taken apart.
            first = max(order[:3], key=missed.__getitem__)
            order.sort(key=first.__ne__)
            ends = np.cumsum(circles.size[order])
            apart = np.sort(np.array(order)[ends <= _REPAIR_PEOPLE])
            spare = problem.most_lone - int(circles.lone.sum())
            budget = int(missed[apart].sum()) + self._prices.lone * spare
            budget -= problem.unit * problem.scale
            if budget < 0:
                continue
            members = circles.members[apart]
            people = np.sort(members[members < problem.count])
            chosen = self._cover(cover, people, apart, budget, _REPAIR_WORK)
            if chosen is not None:
                rest = np.setdiff1d(np.arange(len(circles)), apart)
                self._keep(join(circles.take(rest), choice.take(chosen)))

    def _cover(
        self,
        cover: CircleCover,
        people: IntArray,
        apart: IntArray | None,
        budget: int,
        work: int,
    ) -> IntArray | None:
        """Seat the people of some of the best circles, or everybody, anew."""
        problem, circles = self._problem, self._circles
        lone = problem.most_lone
        sizes = dict(problem.classes)
        if apart is not None:
            lone -= int(circles.lone.sum() - circles.lone[apart].sum())
            sizes = {size: int((circles.size[apart] == size).sum()) for size in sizes}
        return cover.solve(
            people,
            sizes,
            budget=budget,
            most_lone=lone,
            work=work,
            lone_price=self._prices.lone,
        )

    def _search(self) -> None:
        """Search the partitions that may be better, with a budget that doubles."""
        problem = self._problem
        work = _WORK
        self._prices = evened(self._prices, problem.kinds)
        budget = max(self._gap // 32, problem.scale * problem.unit)
        while not self._is_over() and work > 0:
            budget = min(budget, self._gap)
            found = problem.circles_above(self._prices, -budget, 4 * _MOST_SETS)
            if found is None:
                return
            cover = CircleCover(
                found, -self._prices.reduced(found), problem.count, self._is_over, problem.kinds
            )
            chosen = self._cover(cover, np.arange(problem.count), None, budget, work)
            work = cover.left
            if chosen is not None:
                self._keep(found.take(chosen))
            if not cover.is_complete:
                return
            if chosen is not None:
                self.upper_bound = self.total
            else:
                self._lower(base(problem, self._prices) - budget - 1)
            budget *= 2


def any_circles(problem: CircleProblem) -> Groups | None:
    """Find any admissible circles; None if there are none, or too many ways to try.

    Parameters
    ----------
    problem
        Whom to seat, and how many may be alone at most.
    """
    prices = first_prices(problem)
    budget = base(problem, prices)
    found = problem.circles_above(prices, -budget, _MOST_SETS)
    if found is None or not len(found):
        return None
    cover = CircleCover(found, -prices.reduced(found), problem.count)
    chosen = cover.solve(
        np.arange(problem.count, dtype=np.int64),
        dict(problem.classes),
        budget=budget,
        most_lone=problem.most_lone,
        work=_WORK,
        any_will_do=True,
    )
    return None if chosen is None else [found.group(index) for index in chosen.tolist()]
