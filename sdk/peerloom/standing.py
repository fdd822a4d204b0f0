"""What stands of a pairing when people came or left: kept, fixed and free."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing import NoPartitionError
from peerloom.pairings import Pairing
from peerloom.placement import Task
from peerloom.problem import Groups, Problem, Solution, inner_pairs
from peerloom.regrouping import regroup
from peerloom.regrouping_by_price import Regrouping
from peerloom.tasks import places

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray


@dataclass(frozen=True, slots=True)
class Stock:
    """What stands of a pairing.

    Parameters
    ----------
    people
        Places of those who may be moved, rising.
    whole, problem
        What is to solve for everybody, and for them.
    kept
        Groups of them that stand, by their number among `people`.
    fixed
        Groups that are not moved, by place.
    forced
        How many old groups cannot stand as they were.
    """

    people: IntArray
    whole: Problem
    problem: Problem
    kept: Groups
    fixed: Groups
    forced: int

    @classmethod
    def of(cls, pairing: Pairing, task: Task, stays: Collection[tuple[str, ...]]) -> Stock:
        """Tell what stands, what is bound, and who is free."""
        old = places(task, pairing.groups)
        problem = task.problem(lifted={two for group in old for two in combinations(group, 2)})
        tails, heads = inner_pairs(old)
        forbidden = problem.scores.values(tails, heads) < 0
        apart = {*tails[forbidden].tolist(), *heads[forbidden].tolist()}
        ids = [tuple(task.members[one].id for one in group) for group in old]
        sizes = {one: len(group.members) for group in pairing.groups for one in group.members}
        bound = task.bonds.must
        fixed, kept = [], []
        for group, names in zip(old, ids, strict=True):
            chains = [one for one in bound if set(one) & set(group)]
            if (
                len(group) < sizes[names[0]]
                or not all(set(one) <= set(group) for one in chains)
                or apart.intersection(group)
            ):
                continue
            if chains or names in stays or _asked(pairing, names):
                fixed.append(group)
            else:
                kept.append(group)
        forced = len(pairing.groups) - len(kept) - len(fixed)
        if task.size == 2:
            stood = set(chain.from_iterable(fixed))
            fixed += [one for one in bound if not set(one) & stood]
        moved = set(range(len(task.members))).difference(*fixed)
        people = np.array(sorted(moved), dtype=np.int64)
        number = {place: index for index, place in enumerate(people.tolist())}
        return cls(
            people=people,
            whole=problem,
            problem=problem.part(people),
            kept=tuple(tuple(number[one] for one in group) for group in kept),
            fixed=tuple(fixed),
            forced=forced,
        )

    def regroup(self, most: int | None, seed: int, optimum: Solution | None) -> Regrouping:
        """Find the best groups that open at most some of the kept ones."""
        if most is not None and most < 0:
            raise NoPartitionError([])
        if not len(self.people):
            return Regrouping((), 0, is_proven=True)
        return regroup(self.problem, self.kept, most=most, seed=seed, optimum=optimum)

    def smallest(self, seed: int) -> int | None:
        """Say with how many touched groups it works; None if it never does."""
        try:
            return self.forced + self.regroup(None, seed, None).opened
        except NoPartitionError:
            return None

    def named(self, groups: Groups) -> Groups:
        """Give groups by place instead of number."""
        return tuple(tuple(self.people[list(group)].tolist()) for group in groups)


def _asked(pairing: Pairing, names: Sequence[str]) -> bool:
    return any(two in pairing.asked for two in combinations(sorted(names), 2))
