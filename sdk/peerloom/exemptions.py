"""Exceptions from hard rules: what they are, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peerloom.bonds import Bonds, Pair
from peerloom.problem import Groups, inner_pairs
from peerloom.relaxations import Relaxation, of_must, of_pair
from peerloom.rules import Rules

if TYPE_CHECKING:
    from peerloom.placement import Task

MUST_COST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Exceptions from hard rules, and groups that need no more than these.

    Parameters
    ----------
    lifted
        Pairs for whom the general rules do not hold.
    unplaced
        Who cannot be in any group, whatever gives way.
    cost
        What the exceptions cost, in twelfths: see `cost_of`.
    groups
        Groups of everybody else, locked ones too.
    upper_bound
        No groups with as small exceptions score more; the locked ones do not count.
    is_final
        Whether the groups are the best with as small exceptions: asks and repeats are weighed, too.
    """

    lifted: frozenset[Pair]
    unplaced: tuple[int, ...]
    cost: int
    groups: Groups
    upper_bound: int
    is_final: bool = False

    @classmethod
    def of(
        cls,
        groups: Groups,
        unplaced: tuple[int, ...],
        *,
        rules: Rules,
        bonds: Bonds,
        upper_bound: int,
        is_final: bool = False,
    ) -> Exemption:
        """Say what some groups of all but the locked people need."""
        tails, heads = inner_pairs(groups)
        broken = rules.costs(tails, heads) > 0
        everything = tuple(sorted((*groups, *bonds.locked)))
        return cls(
            lifted=frozenset(zip(tails[broken].tolist(), heads[broken].tolist(), strict=True)),
            unplaced=unplaced,
            cost=cost_of(everything, rules, bonds),
            groups=everything,
            upper_bound=upper_bound,
            is_final=is_final,
        )


def cost_of(groups: Groups, rules: Rules, bonds: Bonds) -> int:
    """Sum in twelfths what groups cost.

    Each pair costs what the general rules say that it breaks, divided by the other people in its
    group: so every person counts once. Two who should be together and are not cost `MUST_COST`.
    """
    total = 0
    locked = set(bonds.locked)
    for group in groups:
        if group not in locked:
            total += 12 * int(rules.costs(*inner_pairs([group])).sum()) // (len(group) - 1)
    return total + 12 * MUST_COST * len(apart(groups, bonds.wanted))


def apart(groups: Groups, musts: frozenset[Pair]) -> frozenset[Pair]:
    """Name the pairs who should be together and are in two groups."""
    group_of = {person: group for group in groups for person in group}
    return frozenset(
        pair
        for pair in musts
        if set(pair) <= group_of.keys() and group_of[pair[0]] is not group_of[pair[1]]
    )


def relaxations_of(task: Task, groups: Groups) -> Iterator[Relaxation]:
    """List all that does not hold in some groups; inside locked ones nothing is an exception."""
    members = task.members
    yield from task.bonds.broken
    locked = set(task.bonds.locked)
    tails, heads = inner_pairs(group for group in groups if group not in locked)
    broken = task.rules.costs(tails, heads) > 0
    for one, other in sorted(zip(tails[broken].tolist(), heads[broken].tolist(), strict=True)):
        for rule in task.rules.broken_by(one, other):
            yield of_pair(rule, members[one], members[other], task.policy, task.week)
    for one, other in sorted(apart(groups, task.bonds.wanted)):
        yield of_must(members[one], members[other])
