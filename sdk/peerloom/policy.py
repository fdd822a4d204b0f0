"""What counts in a programme, how much, and on which rhythm people meet."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from peerloom.errors import PolicyError
from peerloom.reasons import N_

CRITERIA = ("teach_and_learn", "availability", "level", "topics")
"""The names of what can count, in the order in which reasons are given."""

FULL_SHARES = 1000
GROUP_SIZES = range(2, 6)
LARGEST_WEIGHTS = 1_000_000


class Rhythm(enum.StrEnum):
    """How often the members of a group meet."""

    TWICE_A_WEEK = "twice_a_week"
    WEEKLY = "weekly"
    EVERY_TWO_WEEKS = "every_two_weeks"
    MONTHLY = "monthly"

    @property
    def days_between(self) -> float:
        """Days from one session to the next, on average."""
        return {"twice_a_week": 3.5, "weekly": 7.0, "every_two_weeks": 14.0, "monthly": 28.0}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of a programme for pairing and meeting.

    Parameters
    ----------
    name
        Short name, recorded with every result.
    description
        One sentence for people who choose a policy.
    weights
        How much each of `CRITERIA` counts, in whole numbers; only their ratio matters, and what is
        not named counts nothing.
    group_size
        2 for pairs (one trio when the number is odd), 3 to 5 for circles.
    level_gap
        The best distance between two levels: 0 for the same level.
    enough_minutes
        Common weekly minutes that are enough; more is not better.
    session_minutes
        How long a session should last.
    rhythm
        How often groups meet.
    round_weeks
        How long a round lasts before the next one.

    Raises
    ------
    PolicyError
        For a value that cannot be used.

    Examples
    --------
    >>> Policy.preset("bootcamp").sessions_per_round
    4
    >>> Policy(name="time only", weights={"availability": 1}).shares
    {'teach_and_learn': 0, 'availability': 1000, 'level': 0, 'topics': 0}
    """

    name: str
    description: str = ""
    weights: Mapping[str, int] = field(hash=False)
    group_size: int = 2
    level_gap: int = 0
    enough_minutes: int = 120
    session_minutes: int = 60
    rhythm: Rhythm = Rhythm.WEEKLY
    round_weeks: int = 4

    def __post_init__(self) -> None:
        weights = self.weights.values()
        if (
            not set(self.weights) <= set(CRITERIA)
            or min(weights, default=0) < 0
            or not 0 < sum(weights) <= LARGEST_WEIGHTS
        ):
            raise _wrong(
                "weights",
                f"whole numbers from 0 up for {', '.join(CRITERIA)}, at least one above 0",
                dict(self.weights),
            )
        for name, value, allowed in (
            ("group_size", self.group_size, GROUP_SIZES),
            ("level_gap", self.level_gap, range(5)),
            ("enough_minutes", self.enough_minutes, range(1, 7 * 24 * 60 + 1)),
            ("session_minutes", self.session_minutes, range(1, 24 * 60 + 1)),
            ("round_weeks", self.round_weeks, range(1, 53)),
        ):
            if value not in allowed:
                raise _wrong(name, f"a whole number from {allowed[0]} to {allowed[-1]}", value)

    @property
    def shares(self) -> dict[str, int]:
        """Parts per thousand of a full score for each criterion: whole numbers that add up.

        The thousandths that rounding leaves go to the largest remainders, the first named first.
        """
        total = sum(self.weights.values())
        exact = {name: self.weights.get(name, 0) * FULL_SHARES for name in CRITERIA}
        shares = {name: value // total for name, value in exact.items()}
        left = FULL_SHARES - sum(shares.values())
        for name in sorted(CRITERIA, key=lambda name: -(exact[name] % total))[:left]:
            shares[name] += 1
        return shares

    @property
    def sessions_per_round(self) -> int:
        """How many sessions a group holds in one round on this rhythm, at least one."""
        return max(1, int(self.round_weeks * 7 / self.rhythm.days_between))

    @staticmethod
    def preset(name: str) -> Policy:
        """Give one of the policies that come with the package: bootcamp, meetup or career.

        Raises
        ------
        PolicyError
            For a name that is no preset.
        """
        if name not in PRESETS:
            raise PolicyError(f'There is no preset "{name}": choose one of {", ".join(PRESETS)}.')
        return PRESETS[name]


def _wrong(name: str, expected: str, found: object) -> PolicyError:
    return PolicyError(
        f'A policy needs {expected} as "{name}", not {found!r}.', field=name, expected=expected
    )


PRESETS: Mapping[str, Policy] = MappingProxyType(
    {
        policy.name: policy
        for policy in (
            Policy(
                name="bootcamp",
                description=N_(
                    "Two sessions a week and a new partner each round, "
                    "for people who learn the same thing at the same time."
                ),
                weights={"teach_and_learn": 35, "availability": 35, "level": 20, "topics": 10},
                enough_minutes=240,
                session_minutes=45,
                rhythm=Rhythm.TWICE_A_WEEK,
                round_weeks=2,
            ),
            Policy(
                name="meetup",
                description=N_(
                    "One conversation a month with somebody new, across time zones, "
                    "for communities and online groups."
                ),
                weights={"teach_and_learn": 30, "availability": 30, "level": 10, "topics": 30},
                enough_minutes=120,
                session_minutes=60,
                rhythm=Rhythm.MONTHLY,
                round_weeks=4,
            ),
            Policy(
                name="career",
                description=N_(
                    "A session every two weeks for three months, one of the two a step ahead, "
                    "for people who plan their next move."
                ),
                weights={"teach_and_learn": 25, "availability": 25, "level": 15, "topics": 35},
                level_gap=1,
                enough_minutes=180,
                session_minutes=60,
                rhythm=Rhythm.EVERY_TWO_WEEKS,
                round_weeks=12,
            ),
        )
    }
)
"""The policies that come with the package, by name."""
