"""The pairing certificate: what is proven about a round, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peerloom.criteria import FULL_SCORE
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.matchmaking import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is proven about one round.

    Parameters
    ----------
    people, groups
        How many people are in how many groups.
    score, upper_bound, gap
        The total, the proven limit for it, and the distance as a part of the limit.
    worst
        The group with the lowest score.
    without_common_hour
        The groups that have less than one hour a week in common.
    repeated
        The groups in which some have been together in an earlier round.
    has_history
        Whether earlier rounds were known.
    not_paired
        How many members are in no group.
    seed, week, policy
        How the round was made.
    """

    people: int
    groups: int
    score: int
    upper_bound: int
    gap: float
    worst: Group | None
    without_common_hour: tuple[Group, ...]
    repeated: tuple[Group, ...]
    has_history: bool
    not_paired: int
    seed: int
    week: date
    policy: str

    def sentences(self) -> tuple[Reason, ...]:
        """Say it in plain words, the most important first."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON; groups as lists of ids."""
        return {
            "people": self.people,
            "groups": self.groups,
            "score": self.score,
            "upper_bound": self.upper_bound,
            "gap": self.gap,
            "worst": None if self.worst is None else list(self.worst.members),
            "without_common_hour": [list(group.members) for group in self.without_common_hour],
            "repeated": [list(group.members) for group in self.repeated],
            "not_paired": self.not_paired,
            "seed": self.seed,
            "week": self.week.isoformat(),
            "policy": self.policy,
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        if self.worst is None:
            yield Reason(code="nobody", template=N_("Nobody is in a group."))
        else:
            yield Reason(
                code="everybody",
                template=N_(
                    "Everybody who takes part is in exactly one group. "
                    "People: {people}. Groups: {groups}."
                ),
                values={"people": self.people, "groups": self.groups},
            )
            yield self._proof()
            if self.has_history:
                yield self._repeats()
            yield Reason(
                code="worst",
                template=N_("Lowest score of a group: {score} of {full} ({names})."),
                values={
                    "names": ", ".join(self.worst.names),
                    "score": self.worst.score,
                    "full": FULL_SCORE,
                },
            )
            yield self._common_hour()
        if self.not_paired:
            yield Reason(
                code="not_paired",
                template=N_("Not in a group this time, each listed with the reason: {count}."),
                values={"count": self.not_paired},
            )

    def _proof(self) -> Reason:
        if self.score == self.upper_bound:
            return Reason(
                code="proven_best",
                template=N_("The total score is {score}, and it is proven that none is higher."),
                values={"score": self.score},
            )
        return Reason(
            code="proven_gap",
            template=N_(
                "The total score is {score}. It is proven that none is above {upper_bound}, "
                "so at most {percent} % are missing."
            ),
            values={
                "score": self.score,
                "upper_bound": self.upper_bound,
                # Rounded up: a certificate never promises more than it proves.
                "percent": math.ceil(self.gap * 10_000) / 100,
            },
        )

    def _repeats(self) -> Reason:
        if not self.repeated:
            return Reason(
                code="no_repeats",
                template=N_("Nobody is with somebody from an earlier round again."),
            )
        return Reason(
            code="repeats",
            template=N_(
                "Groups in which some have been together before: {count}. "
                "No grouping with fewer repeats was found."
            ),
            values={"count": len(self.repeated)},
        )

    def _common_hour(self) -> Reason:
        if not self.without_common_hour:
            return Reason(
                code="common_hour",
                template=N_("Every group has at least one hour a week at which all are free."),
            )
        return Reason(
            code="no_common_hour",
            template=N_("Groups with less than one common hour a week: {count}."),
            values={"count": len(self.without_common_hour)},
        )
