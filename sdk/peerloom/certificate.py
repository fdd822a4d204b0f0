"""The pairing certificate: what is proven about a round, in plain words and as data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peerloom.criteria import FULL_SCORE
from peerloom.lottery import LotteryRecord, lottery_record
from peerloom.price import Price
from peerloom.reasons import N_, Reason
from peerloom.stability import StabilityAudit, blocking_pairs

if TYPE_CHECKING:
    from peerloom.pairings import Group, Pairing


TRIO_IN_TURN = Reason(
    code="proof_trio_in_turn",
    template=N_(
        "That holds with the trio seat in turn: the trio is made of those who sat in one least "
        "often."
    ),
)


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
    left_out
        How many of them would have taken part.
    has_conditions
        Whether earlier rounds, hard rules, asks or locked groups came before the score.
    seed, week, policy
        How the round was made.
    lottery
        What anybody needs to draw the same groups again.
    met_everybody
        How many people are with an earlier partner because there is nobody else whom they have not
        met.
    is_trio_in_turn
        Whether the limit holds only for trios of those whose turn it is, as in a rotation.
    relaxed
        How many hard rules gave way for somebody.
    price
        What worst-off first costs, where it was asked for.
    notes
        Asks and rules that had no effect.
    stability
        Pairs who would both rather be with each other; None where it was not audited.
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
    lottery: LotteryRecord
    left_out: int = 0
    has_conditions: bool = False
    is_trio_in_turn: bool = False
    met_everybody: int = 0
    relaxed: int = 0
    price: Price | None = None
    notes: tuple[Reason, ...] = ()
    stability: StabilityAudit | None = None

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
            "left_out": self.left_out,
            "seed": self.seed,
            "week": self.week.isoformat(),
            "policy": self.policy,
            "lottery": self.lottery.to_dict(),
            "met_everybody": self.met_everybody,
            "relaxed": self.relaxed,
            "price": None if self.price is None else self.price.to_dict(),
            "stability": None if self.stability is None else self.stability.to_dict(),
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        if self.worst is None:
            yield Reason(code="nobody", template=N_("Nobody is in a group."))
            yield from self.notes
        else:
            yield self._everybody()
            yield self._proof()
            if self.price is not None:
                yield Reason(
                    code="proof_worst_off_first",
                    template=N_("That holds where the lowest pair score is as high as here."),
                )
            if self.has_conditions:
                yield Reason(
                    code="proof_conditions",
                    template=N_(
                        "That holds under the rules, asks and locked groups of this round, "
                        "and with as few and as old repeats."
                    ),
                )
            if self.is_trio_in_turn:
                yield TRIO_IN_TURN
            if self.has_history:
                yield from self._repeats()
            if self.relaxed:
                yield Reason(
                    code="relaxed",
                    template=N_("Hard rules that gave way, each listed with its people: {count}."),
                    values={"count": self.relaxed},
                )
            if self.price is not None:
                yield from self.price.sentences()
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
            yield from self.notes
            if self.stability is not None:
                yield self.stability.sentence()
                yield self.lottery.sentence()
        if self.not_paired:
            yield Reason(
                code="not_paired",
                template=N_("Not in a group this time, each listed with the reason: {count}."),
                values={"count": self.not_paired},
            )

    def _everybody(self) -> Reason:
        if self.left_out:
            template = N_("People who are in exactly one group: {people}. Groups: {groups}.")
        else:
            template = N_(
                "Everybody who takes part is in exactly one group. "
                "People: {people}. Groups: {groups}."
            )
        values = {"people": self.people, "groups": self.groups}
        return Reason(code="everybody", template=template, values=values)

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

    def _repeats(self) -> Iterator[Reason]:
        if not self.repeated:
            yield Reason(
                code="no_repeats",
                template=N_("Nobody is with somebody from an earlier round again."),
            )
            return
        yield Reason(
            code="repeats",
            template=N_(
                "Groups in which some have been together before: {count}. "
                "No grouping with fewer repeats was found."
            ),
            values={"count": len(self.repeated)},
        )
        if self.met_everybody:
            yield Reason(
                code="met_everybody",
                template=N_("People who have already met everybody who takes part: {count}."),
                values={"count": self.met_everybody},
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


def certify(pairing: Pairing, *, audit: bool = False) -> Certificate:
    """Say what is proven about a pairing.

    Parameters
    ----------
    pairing
        The round.
    audit
        Whether to look for pairs who would both rather be with each other: O(n^2) for n people.
        Without it, all is known already, and this takes O(n).
    """
    repeated = tuple(group for group in pairing.groups if group.repeats)
    placed = {one for group in pairing.groups for one in group.members}
    again = {one for group in repeated for one in group.members}
    return Certificate(
        people=len(placed),
        groups=len(pairing.groups),
        score=pairing.score,
        upper_bound=pairing.upper_bound,
        gap=pairing.gap,
        worst=pairing.worst,
        without_common_hour=pairing.without_common_hour,
        repeated=repeated,
        has_history=bool(pairing.history),
        not_paired=len(pairing.not_paired),
        left_out=sum(not one.is_paused and one.id not in placed for one in pairing.members),
        has_conditions=_has_conditions(pairing),
        is_trio_in_turn=pairing.is_trio_in_turn,
        seed=pairing.seed,
        week=pairing.week,
        policy=pairing.policy.name,
        lottery=lottery_record(pairing),
        met_everybody=sum(placed <= pairing.history.partners(one) | {one} for one in again),
        relaxed=len(pairing.relaxed),
        price=pairing.price,
        notes=pairing.notes,
        stability=blocking_pairs(pairing) if audit else None,
    )


def _has_conditions(pairing: Pairing) -> bool:
    """Tell whether something came before the score; private blocks are not told, even so."""
    policy = pairing.policy
    rules = (policy.never, policy.must, policy.same, policy.different, policy.least_common_minutes)
    return bool(pairing.history or pairing.locked or pairing.asked or any(rules))
