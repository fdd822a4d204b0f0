"""Groups of a round, and everything that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, overload

from peerloom.certificate import Certificate, certify
from peerloom.equality import EqualityAudit, equality_audit
from peerloom.lottery import Draws, draws
from peerloom.members import Member
from peerloom.policy import Policy
from peerloom.price import Price
from peerloom.reasons import N_, Reason
from peerloom.relaxations import Relaxation
from peerloom.rounds import History
from peerloom.stability import LISTED, BlockingPair, StabilityAudit, blocking_pairs
from peerloom.what_if_pairing import PairingWhatIf, what_if_pairing
from peerloom.what_ifs import MemberWhatIf, TimeToAdd, times_to_add, what_if_member
from peerloom.why import why

COMMON_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who walk together for one round.

    Parameters
    ----------
    members
        Their ids, sorted.
    names
        What to call them, in the same order.
    score
        The mean of their pair scores, 0 to `FULL_SCORE`, without the mix of a policy.
    common_minutes
        Weekly minutes in which all of them are free.
    repeats
        How often two of them were together in earlier rounds, summed over the pairs.
    """

    members: tuple[str, ...]
    names: tuple[str, ...]
    score: int
    common_minutes: int
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The groups of one round and everything that made them.

    Parameters
    ----------
    groups
        Everybody who takes part is in exactly one.
    score
        Sum over the groups of their inner pair scores, divided by the group size less one: each
        person counts once. Asks and the mix of a policy add to it, but never to the score of a
        single group.
    upper_bound
        No grouping of these people under the same rules, asks and locks, with as few and as old
        repeats, can score more: proven, not estimated. A repeat in a trio counts half. With
        worst-off first, no such grouping whose lowest pair score is as high; under exceptions from
        rules, no grouping with as small ones.
    not_paired
        Ids of members who are in no group, with the reason.
    policy, seed, week, size
        How it was made. The same members, history, asks, locked groups and these give the same
        groups.
    members
        Everybody, sorted by id.
    history
        The earlier rounds that were avoided.
    relaxed
        Hard rules that do not hold, and for whom.
    locked
        The groups that were to stay as they are, as ids.
    asked
        Pairs of ids who asked each other and are together.
    price
        What worst-off first costs, where the policy asks for it.
    is_trio_in_turn
        Whether the bound holds only for trios of those whose turn it is, as in a rotation.
    notes
        Asks and rules that had no effect this time; see `peerloom.notices`.
    wishes_digest
        SHA-256 of the asks and the locked groups that were given, so that a `LotteryRecord` can
        tell whether they were the same.
    """

    groups: tuple[Group, ...]
    score: int
    upper_bound: int
    not_paired: Mapping[str, Reason] = field(hash=False)
    policy: Policy
    seed: int
    week: date
    size: int
    members: tuple[Member, ...]
    history: History
    relaxed: tuple[Relaxation, ...] = ()
    locked: tuple[tuple[str, ...], ...] = ()
    asked: frozenset[tuple[str, str]] = frozenset()
    price: Price | None = None
    is_trio_in_turn: bool = False
    notes: tuple[Reason, ...] = ()
    wishes_digest: str = field(default="", repr=False, compare=False)

    @property
    def gap(self) -> float:
        """How far the score may be from the best: 0.0 is proven best, 0.01 is at most 1 %."""
        return (self.upper_bound - self.score) / self.upper_bound if self.upper_bound else 0.0

    @property
    def worst(self) -> Group | None:
        """The group with the lowest score; of several, the one with least common time."""
        return min(
            self.groups,
            key=lambda group: (group.score, group.common_minutes, group.members),
            default=None,
        )

    @property
    def without_common_hour(self) -> tuple[Group, ...]:
        """The groups that have less than one hour a week in common."""
        return tuple(group for group in self.groups if group.common_minutes < COMMON_HOUR)

    def is_locked(self, group: Group) -> bool:
        """Tell whether a group was to stay as it is."""
        return group.members in self.locked

    def relaxed_for(self, member: str) -> tuple[Relaxation, ...]:
        """Give the rules that do not hold for a person."""
        return tuple(one for one in self.relaxed if member in one.members)

    def explain(self, group: Group) -> tuple[Reason, ...]:
        """Say why this group is a group, the strongest reason first.

        Raises
        ------
        ValueError
            For a group of another pairing.
        """
        reasons = why(self.members_of(group), self.policy, self.week, self.history)
        return (*self._asks_of(group), *reasons)

    def _asks_of(self, group: Group) -> Iterator[Reason]:
        """Say who asked each other; an ask of one side stays private."""
        names = dict(zip(group.members, group.names, strict=True))
        for one, other in combinations(group.members, 2):
            if (one, other) in self.asked:
                yield Reason(
                    code="asked_each_other",
                    template=N_("{one} and {other} asked for each other."),
                    values={"one": names[one], "other": names[other]},
                )

    def members_of(self, group: Group) -> tuple[Member, ...]:
        """Give the members of a group.

        Raises
        ------
        ValueError
            For a group of another pairing.
        """
        if group not in self.groups:
            raise ValueError("the group is not one of this pairing")
        wanted = set(group.members)
        return tuple(member for member in self.members if member.id in wanted)

    def certificate(self, *, audit: bool = False) -> Certificate:
        """Say what is proven about the whole, in plain words; O(n), with `audit` O(n^2).

        Parameters
        ----------
        audit
            Whether to add the `stability` and the lottery in words.
        """
        return certify(self, audit=audit)

    @property
    def blocking_pairs(self) -> tuple[BlockingPair, ...]:
        """People who would both score higher with each other: the strongest 20 pairs; O(n^2)."""
        return self.stability().strongest

    def stability(self, *, listed: int = LISTED) -> StabilityAudit:
        """Count the pairs of people who would both score higher with each other; O(n^2)."""
        return blocking_pairs(self, listed=listed)

    def equality(self, by: str, *, seed: int = 0) -> EqualityAudit:
        """Compare how people fare by a protected attribute or column, in aggregates only."""
        return equality_audit(self, by, seed=seed)

    def draws(self, *, count: int = 100) -> Draws:
        """Draw again with other seeds, and count who is together in equally good groupings."""
        return draws(self, count=count)

    @overload
    def what_if(self, member: None = None, /, **changes: Any) -> PairingWhatIf: ...

    @overload
    def what_if(self, member: str, /, **changes: Any) -> MemberWhatIf: ...

    def what_if(self, member: str | None = None, /, **changes: Any) -> PairingWhatIf | MemberWhatIf:
        """Say what would change if one member, or the whole round, were different.

        Parameters
        ----------
        member
            The id of a member, to count how many more partners would fit with other answers; no
            count tells about single people. None for the whole round, which is for staff.
        **changes
            For a member, fields of `Member` such as ``availability``; for the round, arguments of
            `peerloom.pair` such as ``policy``, ``size``, ``members`` or ``locked``.

        Examples
        --------
        >>> from peerloom import Availability, pair
        >>> evening = Availability.parse("Tue 18:00-20:00")
        >>> people = [Member(id=f"p{number}", availability=evening) for number in range(7)]
        >>> pairing = pair([*people, Member(id="ada")])
        >>> pairing.what_if("ada", availability=evening).more
        7
        >>> pairing.what_if(size=4).figures()["groups"]
        (4, 2)
        """
        if member is None:
            return what_if_pairing(self, **changes)
        return what_if_member(self, member, **changes)

    def times_to_add(self, member: str, *, most: int = 3) -> tuple[TimeToAdd, ...]:
        """List the free hours that would make the most partners fit a member, the best first."""
        return times_to_add(self, member, most=most)

    def to_csv(self) -> str:
        """Write one line for each person, safe to open in a spreadsheet."""
        from peerloom.formats.pairing_csv import to_csv  # formats import this module

        return to_csv(self)

    def to_markdown(self) -> str:
        """Write a page for a wiki, a chat or a repository. It holds no e-mail addresses."""
        from peerloom.formats.pairing_markdown import to_markdown  # formats import this module

        return to_markdown(self)

    def to_json(self) -> str:
        """Write everything but e-mail addresses, for programs."""
        from peerloom.formats.pairing_json import to_json  # formats import this module

        return to_json(self)
