"""A calendar of rounds: what it holds, and what is proven about it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from peerloom.certificate import TRIO_IN_TURN
from peerloom.matchmaking import Pairing
from peerloom.notices import FAIR_ROUNDS
from peerloom.policy import Fairness
from peerloom.reasons import N_, Reason
from peerloom.rounds import History


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationCertificate:
    """What is proven about a calendar of rounds.

    Parameters
    ----------
    people, rounds
        How many.
    score, upper_bound
        The sums over the rounds. The bound of each round holds after the rounds before it.
    proven
        How many rounds are the best possible after the rounds before them.
    first_repeat
        The number of the first round with a repeat, or None.
    fewest_seats, most_seats
        How often the people sit in a trio, earlier rounds included.
    seed
        How it was made.
    is_trio_in_turn
        Whether the bound of a round with a trio holds only for trios of those whose turn it is.
    notes
        Rules that had no effect.
    """

    people: int
    rounds: int
    score: int
    upper_bound: int
    proven: int
    first_repeat: int | None
    fewest_seats: int
    most_seats: int
    seed: int
    is_trio_in_turn: bool = False
    notes: tuple[Reason, ...] = ()

    def sentences(self) -> tuple[Reason, ...]:
        """Say it in plain words, the most important first."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "people": self.people,
            "rounds": self.rounds,
            "score": self.score,
            "upper_bound": self.upper_bound,
            "proven": self.proven,
            "first_repeat": self.first_repeat,
            "fewest_seats": self.fewest_seats,
            "most_seats": self.most_seats,
            "seed": self.seed,
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        yield Reason(
            code="rotation",
            template=N_("People: {people}. Rounds: {rounds}."),
            values={"people": self.people, "rounds": self.rounds},
        )
        if self.first_repeat is None:
            yield Reason(
                code="rotation_no_repeats",
                template=N_("In all these rounds nobody is with the same person twice."),
            )
        else:
            yield Reason(
                code="rotation_repeats",
                template=N_(
                    "Rounds in which nobody is with the same person twice: {count}. From round "
                    "{first} on there are repeats, those who met longest ago first."
                ),
                values={"count": self.first_repeat - 1, "first": self.first_repeat},
            )
        if self.most_seats:
            yield Reason(
                code="rotation_seats",
                template=N_(
                    "Seats in a trio are shared: everybody has at least {fewest} and at most "
                    "{most}."
                ),
                values={"fewest": self.fewest_seats, "most": self.most_seats},
            )
        missing = self.upper_bound - self.score
        yield Reason(
            code="rotation_score",
            template=N_(
                "Rounds that are proven best after the rounds before them: {proven} of {rounds}. "
                "In all, the rounds reach {score} of {upper_bound} points, so at most "
                "{percent} % are missing."
            ),
            values={
                "proven": self.proven,
                "rounds": self.rounds,
                "score": self.score,
                "upper_bound": self.upper_bound,
                # Rounded up: a certificate never promises more than it proves.
                "percent": math.ceil(missing * 10_000 / max(self.upper_bound, 1)) / 100,
            },
        )
        if self.is_trio_in_turn:
            yield TRIO_IN_TURN
        yield from self.notes


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """Rounds that were planned together.

    Parameters
    ----------
    rounds
        In order, at least one. Each is a whole `Pairing` with its own certificate and formats,
        whose history is all that comes before it; its bound holds after those rounds and, where
        there is a trio, for those whose turn it is.
    """

    rounds: tuple[Pairing, ...]

    @property
    def score(self) -> int:
        """The sum over the rounds."""
        return sum(one.score for one in self.rounds)

    @property
    def upper_bound(self) -> int:
        """The sum over the rounds of what is possible after the rounds before."""
        return sum(one.upper_bound for one in self.rounds)

    @property
    def gap(self) -> float:
        """How far the rounds may be from the best after the rounds before: 0.0 is proven best."""
        return (self.upper_bound - self.score) / self.upper_bound if self.upper_bound else 0.0

    @property
    def people(self) -> tuple[str, ...]:
        """The ids of everybody who is in a group of any round, sorted."""
        return tuple(sorted(self._partners))

    @property
    def first_repeat(self) -> int | None:
        """The number of the first round in which two people meet again, or None."""
        for number, one in enumerate(self.rounds, start=1):
            if any(group.repeats for group in one.groups):
                return number
        return None

    @property
    def seats(self) -> Mapping[str, int]:
        """How often everybody sits in a trio, earlier rounds included."""
        counts = self.history().trio_seats(self.people).tolist()
        return dict(zip(self.people, counts, strict=True))

    def history(self, after: int | None = None) -> History:
        """Give everything up to some round as a history, earlier rounds included.

        Parameters
        ----------
        after
            How many of the planned rounds are over; None for all.
        """
        planned = History.of([group.members for group in one.groups] for one in self.rounds[:after])
        return self.rounds[0].history + planned

    def partners(self, member: str) -> tuple[tuple[str, ...], ...]:
        """Give for each round the ids of those whom a person is with.

        Raises
        ------
        ValueError
            For somebody who is in no group.
        """
        self._refuse_unknown(member)
        return self._partners[member]

    def still_to_meet(self, member: str, after: int | None = None) -> tuple[str, ...]:
        """Give the ids of those whom a person has not been with yet, sorted.

        These are all people of the calendar, also those whom a rule keeps away: nobody can read
        from the answer who that is.

        Parameters
        ----------
        member
            Whose question it is.
        after
            How many of the planned rounds are over; None for all.

        Raises
        ------
        ValueError
            For somebody who is in no group.
        """
        self._refuse_unknown(member)
        met = self.history(after).partners(member)
        return tuple(other for other in self.people if other != member and other not in met)

    def certificate(self) -> RotationCertificate:
        """Say what is proven about all rounds, in plain words."""
        seats = self.seats.values()
        return RotationCertificate(
            people=len(self.people),
            rounds=len(self.rounds),
            score=self.score,
            upper_bound=self.upper_bound,
            proven=sum(one.score == one.upper_bound for one in self.rounds),
            first_repeat=self.first_repeat,
            fewest_seats=min(seats, default=0),
            most_seats=max(seats, default=0),
            seed=self.rounds[0].seed,
            is_trio_in_turn=any(one.is_trio_in_turn for one in self.rounds),
            notes=tuple(self._notes()),
        )

    def _notes(self) -> Iterator[Reason]:
        first = self.rounds[0]
        if first.policy.fairness is Fairness.WORST_OFF_FIRST and first.size == 2:
            yield FAIR_ROUNDS
        yield from first.notes

    def to_csv(self) -> str:
        """Write one line for each person in each round, safe to open in a spreadsheet."""
        from peerloom.formats.rotation_files import to_csv  # formats import this module

        return to_csv(self)

    def to_markdown(self) -> str:
        """Write a table of who is with whom and when. It holds no e-mail addresses."""
        from peerloom.formats.rotation_files import to_markdown  # formats import this module

        return to_markdown(self)

    def to_json(self) -> str:
        """Write everything but e-mail addresses, for programs."""
        from peerloom.formats.rotation_files import to_json  # formats import this module

        return to_json(self)

    @cached_property
    def _partners(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        found = [
            {member: group.members for group in one.groups for member in group.members}
            for one in self.rounds
        ]
        everybody = sorted(set().union(*found))
        return {
            member: tuple(
                tuple(other for other in groups.get(member, ()) if other != member)
                for groups in found
            )
            for member in everybody
        }

    def _refuse_unknown(self, member: str) -> None:
        if member not in self._partners:
            raise ValueError(f'"{member}" is in no group of this calendar')
