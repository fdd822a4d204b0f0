"""Hard rules on two people: what a policy forbids, and what members refuse in private.

Some rules speak of everybody (least common time, same or different value of a column); they may be
relaxed when they leave somebody without a group, if the organizer agrees. Others speak of two
people by name (never, blocked) and always hold.

Nothing here says who blocked whom: "never" and "blocked" are one rule, and it has no sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from peerloom.criteria.bits import equality, key
from peerloom.criteria.free_time import FreeTime
from peerloom.criteria.values import said
from peerloom.errors import PolicyError
from peerloom.members import Member, labels
from peerloom.pairing.profiles import FORBIDDEN, Exceptions, ProfileWeights, SharedBits
from peerloom.policy import Policy
from peerloom.reasons import N_, Reason, hours
from peerloom.weeks import common_minutes

if TYPE_CHECKING:
    from peerloom.pairing.profiles import Term
    from peerloom.pairing.weights import IntArray

COMMON_TIME = "least_common_minutes"
SAME = "same"
DIFFERENT = "different"
SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRule:
    """A rule on any two people of a group, which may be relaxed.

    Parameters
    ----------
    name
        The field of the policy: `COMMON_TIME`, `SAME` or `DIFFERENT`.
    column
        The column that it speaks of; empty for the common time.
    cost
        How much it takes to relax it for one pair.
    term
        0 points for a pair that keeps the rule, `FORBIDDEN` for one that breaks it.
    """

    name: str
    column: str = ""
    cost: int
    term: Term

    def is_broken(self, tails: IntArray, heads: IntArray) -> npt.NDArray[np.bool_]:
        """Say which pairs break the rule, shape ``(pairs,)``."""
        return self.term.values(tails, heads) < 0

    def sentence(self, one: Member, other: Member, policy: Policy, week: date) -> Reason:
        """Say that two people are together although they break the rule."""
        names = labels([one, other])
        values: dict[str, str | int | float] = {"one": names[0], "other": names[1]}
        if self.name == COMMON_TIME:
            return Reason(
                code="relaxed_common_time",
                template=N_(
                    "Common free time of {one} and {other} each week: {hours} h, "
                    "less than {least} h."
                ),
                values={
                    **values,
                    "hours": hours(common_minutes([one, other], week)),
                    "least": hours(policy.least_common_minutes),
                },
            )
        if self.name == SAME:
            template = N_('{one} and {other} differ in "{column}", which should be the same.')
        else:
            template = N_('{one} and {other} have the same "{column}", which should be different.')
        return Reason(
            code=f"relaxed_{self.name}", template=template, values={**values, "column": self.column}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for any two of n people.

    Parameters
    ----------
    general
        The rules that may be relaxed.
    apart
        Who is never together: pairs ``(i, j)``, i < j.
    """

    general: tuple[PairRule, ...]
    apart: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, members: Sequence[Member], policy: Policy, week: date) -> Rules:
        """Read the rules of a policy and the private refusals of its members.

        Parameters
        ----------
        members
            Who takes part, sorted by id; an index is a place here.
        policy
            Names of people who do not take part have no effect here: see `refuse_unknown_names`.
        week
            Its UTC offsets count for common time.
        """
        place = {member.id: index for index, member in enumerate(members)}
        named = [*policy.never, *((one.id, other) for one in members for other in one.blocked)]
        return cls(
            general=tuple(_general_rules(members, policy, week)), apart=index_pairs(named, place)
        )

    def weights(
        self,
        scores: ProfileWeights,
        *,
        is_strict: bool = True,
        lifted: Collection[tuple[int, int]] = (),
        wishes: Mapping[tuple[int, int], int] | None = None,
    ) -> ProfileWeights:
        """Give pair scores under the rules; a pair that a rule forbids is negative.

        Parameters
        ----------
        scores
            Without any rule.
        is_strict
            Whether the general rules hold, or only "never" and "blocked".
        lifted
            Pairs ``(i, j)``, i < j, for whom the general rules do not hold.
        wishes
            Points that some pairs ``(i, j)``, i < j, get beyond their score, where no rule forbids
            them. A pair can have more than a full score then.
        """
        size = scores.size
        rules = [rule.term for rule in self.general] if is_strict else []
        extra = scores.exceptions
        special = [_codes(extra.tails, extra.heads, size)]
        special += [_codes(*_pair_arrays(pairs), size) for pairs in (lifted, wishes or {})]
        apart = _codes(*_pair_arrays(self.apart), size)
        codes = np.unique(np.concatenate([*special, apart]))
        tails, heads = np.divmod(codes, max(size, 1))
        values = scores.values(tails, heads)
        ruled = ProfileWeights(size, rules).values(tails, heads)
        is_free = (ruled >= 0) | np.isin(codes, special[1])
        values[~is_free | np.isin(codes, apart)] = -1
        for (one, other), points in sorted((wishes or {}).items()):
            place = np.searchsorted(codes, one * size + other)
            values[place] += points if values[place] >= 0 else 0
        return ProfileWeights(size, (*scores.terms, *rules), Exceptions(tails, heads, values))

    def costs(self, tails: IntArray, heads: IntArray) -> IntArray:
        """Sum the costs of the general rules that pairs break, shape ``(pairs,)``."""
        total = np.zeros(len(tails), dtype=np.int64)
        for rule in self.general:
            total += rule.cost * rule.is_broken(tails, heads)
        return total

    def broken_by(self, one: int, other: int) -> list[PairRule]:
        """List the general rules that one pair breaks."""
        tail, head = np.array([one]), np.array([other])
        return [rule for rule in self.general if rule.is_broken(tail, head)[0]]


def refuse_unknown_names(
    policy: Policy, members: Sequence[Member], known_ids: Collection[str]
) -> None:
    """Refuse a policy that names people or columns that nobody has heard of.

    Somebody who has paused, or left after an earlier round, is known: a rule with them is just not
    relevant.

    Parameters
    ----------
    members
        Everybody, also who has paused.
    known_ids
        Other people who are known, such as those of earlier rounds.

    Raises
    ------
    PolicyError
        Naming the ids, or the column.
    """
    ids = {member.id for member in members}
    for name, pairs in (("never", policy.never), ("must", policy.must)):
        named = {one for pair in pairs for one in pair}
        unknown = sorted(named - ids - set(known_ids))
        if unknown:
            listed = ", ".join(f'"{one}"' for one in unknown)
            raise PolicyError(
                f'The policy names people as "{name}" whom nobody knows: {listed}.', field=name
            )
    columns = {SECTION, *(key(column) for member in members for column in member.columns)}
    weighed = [criterion.column for criterion in policy.columns]
    for name, wanted in (
        ("same", policy.same),
        ("different", policy.different),
        ("columns", weighed),
    ):
        for column in wanted:
            if members and key(column) not in columns:
                raise PolicyError(
                    f'The policy names a column as "{name}" that no member has: "{column}".',
                    field=name,
                )


def index_pairs(
    named: Iterable[tuple[str, str]], place: Mapping[str, int]
) -> frozenset[tuple[int, int]]:
    """Give pairs of ids as indices ``(i, j)``, i < j, without people who are not there."""
    return frozenset(
        (min(place[one], place[other]), max(place[one], place[other]))
        for one, other in named
        if one in place and other in place and one != other
    )


def _general_rules(members: Sequence[Member], policy: Policy, week: date) -> Iterator[PairRule]:
    if policy.least_common_minutes:
        term = _common_time_term(members, policy.least_common_minutes, week)
        yield PairRule(name=COMMON_TIME, cost=1, term=term)
    for name, columns in ((SAME, policy.same), (DIFFERENT, policy.different)):
        for column in columns:
            term = _value_term(members, column, is_same=name == SAME)
            yield PairRule(name=name, column=column, cost=2, term=term)


def _common_time_term(members: Sequence[Member], least: int, week: date) -> SharedBits:
    """Forbid pairs with too little common time. Time that is not known is no time."""
    time = FreeTime.of(members, week)
    minutes = np.arange(-(-least // time.minutes) + 1) * time.minutes
    return SharedBits(time.bits, np.where(minutes < least, FORBIDDEN, 0).astype(np.int32))


def _value_term(members: Sequence[Member], column: str, *, is_same: bool) -> SharedBits:
    """Forbid pairs with different values, or with the same. An unknown value fits everybody."""
    values = [
        key(one.section if column == SECTION else said(one.columns, column)) for one in members
    ]
    number = {value: index for index, value in enumerate(sorted(set(values) - {""}))}
    codes = np.array([number.get(value, -1) for value in values], dtype=np.int64)
    if is_same:
        return equality(codes, same=0, other=FORBIDDEN)
    return equality(codes, same=FORBIDDEN, other=0)


def _pair_arrays(pairs: Collection[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _codes(tails: IntArray, heads: IntArray, size: int) -> IntArray:
    return tails * size + heads
