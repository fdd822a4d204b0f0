"""What is decided before anything is optimised: locked groups, and who must be together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from peerloom.errors import MemberError
from peerloom.members import Member
from peerloom.policy import GROUP_SIZES
from peerloom.relaxations import Relaxation, of_locked

Indices = tuple[int, ...]
Pair = tuple[int, int]

# With more rules than this in one chain, they are given up one after the other, not fewest first.
_MOST_TRIED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonds:
    """Who belongs together, by index.

    Parameters
    ----------
    locked
        Groups that stay exactly as they are.
    must
        Sets of people who must be in one group.
    must_pairs
        The rules behind `must`, as pairs ``(i, j)``, i < j.
    wanted
        All pairs who should be together, also those that contradict something stronger.
    broken
        Locked groups that contradict something stronger.
    """

    locked: tuple[Indices, ...] = ()
    must: tuple[Indices, ...] = ()
    must_pairs: frozenset[Pair] = frozenset()
    wanted: frozenset[Pair] = frozenset()
    broken: tuple[Relaxation, ...] = ()

    @property
    def open_pairs(self) -> frozenset[Pair]:
        """The pairs of `wanted` in which nobody is in a locked group."""
        taken = {person for group in self.locked for person in group}
        return frozenset(pair for pair in self.wanted if not taken & set(pair))

    def keeping(self, pairs: frozenset[Pair]) -> Bonds:
        """Put together these pairs, and of the others nobody."""
        return replace(self, must=chains(pairs), must_pairs=pairs)


def read_locked(
    locked: Iterable[Iterable[str]], members: Sequence[Member]
) -> tuple[tuple[Member, ...], ...]:
    """Check groups that should stay as they are.

    Parameters
    ----------
    locked
        Groups of ids.
    members
        Everybody, also who has paused.

    Raises
    ------
    MemberError
        For an id that nobody has, that is locked twice, or a group of less than 2 or more than 5.
    """
    by_id = {member.id: member for member in members}
    groups = []
    used: set[str] = set()
    for ids in locked:
        group = sorted(ids)
        unknown = [one for one in group if one not in by_id]
        if unknown:
            raise MemberError(f'A locked group names "{unknown[0]}", whom nobody knows.')
        twice = [one for index, one in enumerate(group) if one in used or one in group[:index]]
        if twice:
            raise MemberError(f'"{twice[0]}" is in two places of the locked groups.')
        if len(group) not in GROUP_SIZES:
            raise MemberError(
                f"A locked group has {GROUP_SIZES[0]} to {GROUP_SIZES[-1]} people, "
                f"not {len(group)}."
            )
        used.update(group)
        groups.append(tuple(by_id[one] for one in group))
    return tuple(groups)


def bind(
    locked: Sequence[Sequence[Member]],
    must: Iterable[Pair],
    members: Sequence[Member],
    *,
    apart: Collection[Pair],
    largest: int,
) -> Bonds:
    """Put together who belongs together, and find what contradicts itself.

    Two people who are kept apart are stronger than a locked group, and a locked group is stronger
    than a pair that must be together. Of pairs that cannot all be together, `Bonds.must_pairs` has
    all but the fewest.

    Parameters
    ----------
    locked
        What `read_locked` gave.
    must
        Pairs of indices.
    members
        Who takes part, sorted by id.
    apart
        Pairs of indices that are never together.
    largest
        How many people may be bound into one group.
    """
    place = {member.id: index for index, member in enumerate(members)}
    broken = []
    kept = []
    for group in locked:
        indices = tuple(sorted(place[one.id] for one in group if one.id in place))
        if len(indices) < len(group) or _has_inside(indices, apart):
            broken.append(of_locked(group))
        else:
            kept.append(indices)
    bonds = Bonds(locked=tuple(sorted(kept)), wanted=frozenset(must), broken=tuple(broken))
    pairs = bonds.open_pairs
    for chain in chains(pairs):
        inside = sorted(pair for pair in pairs if pair[0] in chain)
        pairs -= set(_fewest_to_give_up(inside, apart, largest))
    return bonds.keeping(pairs)


def chains(pairs: Iterable[Pair]) -> tuple[Indices, ...]:
    """Join pairs that share somebody.

    Examples
    --------
    >>> chains([(0, 3), (1, 2), (3, 5)])
    ((0, 3, 5), (1, 2))
    """
    joined: list[set[int]] = []
    for pair in pairs:
        touched = [one for one in joined if one & set(pair)]
        joined = [one for one in joined if not one & set(pair)]
        joined.append(set(pair).union(*touched))
    return tuple(sorted(tuple(sorted(one)) for one in joined))


def _fewest_to_give_up(
    pairs: Sequence[Pair], apart: Collection[Pair], largest: int
) -> tuple[Pair, ...]:
    """Find the fewest pairs without which the others of a chain can hold."""

    def is_possible(kept: Iterable[Pair]) -> bool:
        return all(
            len(chain) <= largest and not _has_inside(chain, apart) for chain in chains(kept)
        )

    if is_possible(pairs):
        return ()
    if len(pairs) <= _MOST_TRIED:
        for count in range(1, len(pairs) + 1):
            for gone in combinations(pairs, count):
                if is_possible(set(pairs) - set(gone)):
                    return gone
    kept: list[Pair] = []
    for pair in pairs:
        if is_possible([*kept, pair]):
            kept.append(pair)
    return tuple(pair for pair in pairs if pair not in kept)


def _has_inside(people: Iterable[int], pairs: Collection[Pair]) -> bool:
    return any(pair in pairs for pair in combinations(sorted(people), 2))
