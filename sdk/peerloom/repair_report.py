"""What a repair changes, as data and in words: shown before the new groups are published."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peerloom.members import labels
from peerloom.pairings import Group, Pairing
from peerloom.reasons import N_, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A pairing after few changes, and the difference to show before it is published.

    Parameters
    ----------
    before, after
        The pairing that stood, and the new one.
    touched
        The old groups that are not there any more as they were, as ids; also those that somebody
        has left.
    most_groups
        How many of them were allowed.
    joined, left
        Ids of people who are new in a group, and of people who are in none any more.
    moved
        Ids of people who were in a group, are in one, and have somebody new in it.
    is_proven
        Whether no grouping that touches so few groups has fewer repeats or a higher score.
    anew
        The score of pairing everybody anew by the total, but for what is locked, with the same asks
        of two people; None if not asked for, or if somebody would have no group then.
    touched_anew
        How many groups that would touch.
    fewer_repeats
        Whether it would also have fewer repeats, or older ones.
    """

    before: Pairing
    after: Pairing
    touched: tuple[tuple[str, ...], ...]
    most_groups: int
    joined: tuple[str, ...]
    left: tuple[str, ...]
    moved: tuple[str, ...]
    is_proven: bool
    anew: int | None = None
    touched_anew: int = 0
    fewer_repeats: bool = False

    @property
    def new_groups(self) -> tuple[Group, ...]:
        """The groups that were not there before."""
        old = {group.members for group in self.before.groups}
        return tuple(group for group in self.after.groups if group.members not in old)

    @property
    def percent(self) -> float:
        """How much less it scores than pairing everybody anew, in percent, rounded up."""
        if not self.anew:
            return 0.0
        return max(0, math.ceil(10_000 * (self.anew - self.after.score) / self.anew)) / 100

    def sentences(self) -> tuple[Reason, ...]:
        """Say what changes, for whom, and what it costs."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give the difference as plain data for JSON; groups as lists of ids."""
        return {
            "touched": [list(group) for group in self.touched],
            "new_groups": [list(group.members) for group in self.new_groups],
            "most_groups": self.most_groups,
            "joined": list(self.joined),
            "left": list(self.left),
            "moved": list(self.moved),
            "is_proven": self.is_proven,
            "score": self.after.score,
            "score_anew": self.anew,
            "touched_anew": self.touched_anew,
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        everybody = {member.id: member for member in (*self.before.members, *self.after.members)}
        yield Reason(
            code="repair",
            template=N_(
                "Groups that change: {touched} of {groups}. "
                "People who were in a group and meet somebody new: {moved}."
            ),
            values={
                "touched": len(self.touched),
                "groups": len(self.before.groups),
                "moved": len(self.moved),
            },
        )
        for code, template, ids in (
            ("repair_joined", N_("New in a group: {names}."), self.joined),
            ("repair_left", N_("In no group any more: {names}."), self.left),
        ):
            if ids:
                names = labels([everybody[one] for one in ids])
                yield Reason(code=code, template=template, values={"names": ", ".join(names)})
        for group in self.new_groups:
            yield Reason(
                code="repair_group",
                template=N_("A new group: {names}."),
                values={"names": ", ".join(group.names)},
            )
        yield self._proof()
        yield from self.after.notes
        if self.anew is not None:
            yield self._price()

    def _proof(self) -> Reason:
        if self.is_proven:
            template = N_("It is proven that no more is possible with at most {most} such groups.")
            code = "repair_proven"
        else:
            template = N_("No better way with at most {most} such groups was found.")
            code = "repair_not_proven"
        return Reason(code=code, template=template, values={"most": self.most_groups})

    def _price(self) -> Reason:
        if self.fewer_repeats:
            return Reason(
                code="repair_repeats",
                template=N_(
                    "Pairing everybody anew would bring back fewer people from earlier rounds, "
                    "and change {touched} groups."
                ),
                values={"touched": self.touched_anew},
            )
        if not self.percent:
            return Reason(
                code="repair_for_free",
                template=N_("Pairing everybody anew would not score more."),
            )
        return Reason(
            code="repair_price",
            template=N_(
                "The score is lower by {percent} %, compared with pairing everybody anew, "
                "which would change {touched} groups."
            ),
            values={"percent": self.percent, "touched": self.touched_anew},
        )
