"""What if everybody had other rules, sizes or company: two pairings side by side, for staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peerloom.asks import Ask
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.pairings import Pairing


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingWhatIf:
    """Two pairings side by side: for staff, before anything is published.

    Parameters
    ----------
    before, after
        The pairing that stands, and the one that could be.
    moved
        Ids of people who are in a group in both and have somebody else in it.
    """

    before: Pairing
    after: Pairing
    moved: tuple[str, ...]

    def sentences(self) -> tuple[Reason, ...]:
        """Say the differences in plain words."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give the differences as plain data for JSON."""
        return {
            **{name: list(values) for name, values in self.figures().items()},
            "moved": list(self.moved),
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def figures(self) -> dict[str, tuple[int, int]]:
        """Give each figure before and after: total score, worst group, groups without an hour."""
        both = (self.before, self.after)
        score, other = (one.score for one in both)
        worst, other_worst = (one.worst.score if one.worst else 0 for one in both)
        without, other_without = (len(one.without_common_hour) for one in both)
        repeats, other_repeats = (sum(group.repeats for group in one.groups) for one in both)
        return {
            "score": (score, other),
            "worst": (worst, other_worst),
            "without_common_hour": (without, other_without),
            "repeats": (repeats, other_repeats),
            "groups": (len(self.before.groups), len(self.after.groups)),
        }

    def _sentences(self) -> Iterator[Reason]:
        templates = {
            "score": N_("Total score: {before} now, {after} then."),
            "worst": N_("Lowest score of a group: {before} now, {after} then."),
            "without_common_hour": N_(
                "Groups with less than one common hour: {before} now, {after} then."
            ),
            "repeats": N_("Meetings of people who have met before: {before} now, {after} then."),
            "groups": N_("Groups: {before} now, {after} then."),
        }
        for name, (before, after) in self.figures().items():
            yield Reason(
                code=f"what_if_{name}",
                template=templates[name],
                values={"before": before, "after": after},
            )
        if self.before.policy != self.after.policy:
            yield Reason(
                code="what_if_policy",
                template=N_("The policies differ, so their scores do not measure the same."),
            )
        yield Reason(
            code="what_if_moved",
            template=N_("People who would have somebody else in their group: {count}."),
            values={"count": len(self.moved)},
        )


def what_if_pairing(pairing: Pairing, **changes: Any) -> PairingWhatIf:
    """Pair again with other members, rules or sizes, and compare.

    Parameters
    ----------
    pairing
        What stands.
    **changes
        Any of the arguments of `peerloom.pair`; what is not named stays. Asks of one side are not
        kept with a pairing: give `asks` again to count them.

    Examples
    --------
    >>> from peerloom import Member, pair
    >>> people = [Member(id=name) for name in ("ada", "bo", "cy", "di", "eve", "flo")]
    >>> changed = what_if_pairing(pair(people), size=3)
    >>> changed.figures()["groups"]
    (3, 2)
    """
    from peerloom.matchmaking import pair  # it imports the class that offers this

    mutual = [
        Ask(asker=asker, asked=asked)
        for one, other in sorted(pairing.asked)
        for asker, asked in ((one, other), (other, one))
    ]
    same: dict[str, Any] = {
        "policy": pairing.policy,
        "history": pairing.history,
        "asks": mutual,
        "locked": pairing.locked,
        "seed": pairing.seed,
        "week": pairing.week,
        "size": None if "policy" in changes else pairing.size,
        "relax": bool(pairing.relaxed),
    }
    members = changes.pop("members", pairing.members)
    after = pair(members, **{**same, **changes})
    partners = [
        {one: set(group.members) - {one} for group in some.groups for one in group.members}
        for some in (pairing, after)
    ]
    both = partners[0].keys() & partners[1].keys()
    return PairingWhatIf(
        before=pairing,
        after=after,
        moved=tuple(sorted(one for one in both if partners[0][one] != partners[1][one])),
    )
