"""What stands of a pairing when people came or left: kept, fixed and free."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np

from peerloom.bonds import Pair
from peerloom.hosting import best_host
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
    torn
        What is left of other groups, by place, if two in it asked each other.
    asked
        These pairs, by place.
    forced
        How many old groups cannot stand as they were.
    """

    people: IntArray
    whole: Problem
    problem: Problem
    kept: Groups
    fixed: Groups
    torn: Groups
    asked: tuple[Pair, ...]
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
        settled = set(chain.from_iterable(fixed))
        pairs = sorted(pair for pair in task.mutual if not settled & set(pair))
        values = problem.scores.values(*inner_pairs(pairs)).tolist()
        asked = tuple(pair for pair, worth in zip(pairs, values, strict=True) if worth >= 0)
        rests = (tuple(one for one in group if one not in settled) for group in old)
        people = np.array(
            [one for one in range(len(task.members)) if one not in settled], dtype=np.int64
        )
        return cls(
            people=people,
            whole=problem,
            problem=problem.part(people),
            kept=_numbered(kept, people),
            fixed=tuple(fixed),
            torn=tuple(group for group in rests if any({*two} <= {*group} for two in asked)),
            asked=asked,
            forced=forced,
        )

    def splits(self, groups: Groups) -> bool:
        """Tell whether groups, by number, part two of a torn group who asked each other."""
        named = [{*group} for group in self.named(groups)]
        return not all(any({*two} <= group for group in named) for two in self.asked)

    def keeping_asks(self, size: int) -> Stock:
        """Fix those who asked each other in torn groups; circles as they are left."""
        fixed = []
        for group in self.torn:
            is_whole = not (self.whole.scores.values(*inner_pairs([group])) < 0).any()
            if is_whole and (size > 2 or len(group) == 2):
                fixed.append(group)
            else:
                fixed.append(next(two for two in self.asked if {*two} <= {*group}))
        return self._fixing(fixed)

    def hosting(self, task: Task) -> Stock | None:
        """Let somebody join two who were fixed by `keeping_asks`, where one is left over."""
        kept = set(chain.from_iterable(self.named(self.kept)))
        free = [one for one in self.people.tolist() if one not in kept]
        hosts = [two for two in self.asked if two in self.fixed]
        if task.size > 2 or len(free) % 2 == 0 or not hosts:
            return None
        loose = task.problem(is_strict=False)
        found = best_host(self.whole, loose, hosts, free, seed=task.seed)
        if found is None:
            return None
        others = tuple(group for group in self.fixed if group != found.host)
        trio = tuple(sorted((*found.host, found.third)))
        return replace(self, fixed=others)._fixing([trio])

    def _fixing(self, groups: Sequence[tuple[int, ...]]) -> Stock:
        """Move some groups no more."""
        taken = set(chain.from_iterable(groups))
        people = np.array([one for one in self.people.tolist() if one not in taken], dtype=np.int64)
        return replace(
            self,
            people=people,
            problem=self.whole.part(people),
            kept=_numbered(self.named(self.kept), people),
            fixed=(*self.fixed, *groups),
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


def _numbered(groups: Iterable[Sequence[int]], people: IntArray) -> Groups:
    """Give groups by number instead of place."""
    number = {place: index for index, place in enumerate(people.tolist())}
    return tuple(tuple(number[one] for one in group) for group in groups)


def _asked(pairing: Pairing, names: Sequence[str]) -> bool:
    return any(two in pairing.asked for two in combinations(sorted(names), 2))
