"""What counts in a programme, how much, and on which rhythm people meet."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from peerloom.comparisons import ColumnCriterion, Comparison, Way
from peerloom.errors import PolicyError
from peerloom.reasons import N_

CRITERIA = (
    "teach_and_learn",
    "availability",
    "level",
    "topics",
    "challenges",
    "goals",
    "languages",
    "formats",
    "experience",
    "section",
)
"""The names of what can count for everybody, in the order in which reasons are given."""

COMPARISONS: Mapping[str, tuple[Way, ...]] = MappingProxyType(
    {
        "level": (Way.SIMILAR, Way.GAP),
        "experience": (Way.SIMILAR, Way.COMPLEMENTARY, Way.GAP),
        "section": (Way.SIMILAR, Way.COMPLEMENTARY),
    }
)
"""The criteria for which a policy may choose how they compare; the others have one sensible way.

Lists such as topics only count what two people share: if differences counted, it would pay to
leave answers out. Levels as far apart as possible are no pair of equals; a gap says how far.
"""

_LARGEST_GAPS = {"level": 4, "experience": 5}
COLUMN = "column:"
MIX = "mix:"
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


class Fairness(enum.StrEnum):
    """What is made as large as possible: the total, or first of all the worst pair."""

    TOTAL = "total"
    WORST_OFF_FIRST = "worst_off_first"


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
    counting_minutes
        From how many minutes a session that was held counts, at most `session_minutes`.
    rhythm
        How often groups meet.
    round_weeks
        How long a round lasts before the next one.
    compare
        How a criterion compares, for the names in `COMPARISONS`. A comparison of the level counts
        instead of `level_gap`.
    columns
        Columns of one's own members file that count, with their weights.
    least_common_minutes
        Weekly minutes that any two people in a group must have in common.
    same, different
        Columns (or "section") whose values must be the same, or different, in a group.
    never, must
        Pairs of ids that must not, or must, be together.
    ask_points
        What a one-way ask adds to the score of a pair, in thousandths of a full score.
    fairness
        What is made as large as possible.
    mix
        Weights of protected attributes for which different answers are better. Only answers given
        for this purpose count, and no reason ever speaks of it. An attribute that nobody has
        answered has no effect; `Pairing.notes` say so. (A column that nobody has is an error.)
    nobody_alone
        Protected attributes: nobody should be the only one of a circle with their answer. In pairs
        it has no effect; `Pairing.notes` say so.

    Raises
    ------
    PolicyError
        For a value that cannot be used.

    Examples
    --------
    >>> Policy.preset("bootcamp").sessions_per_round
    4
    >>> Policy(name="mostly time", weights={"availability": 2, "goals": 1}).shares
    {'availability': 667, 'goals': 333}
    """

    name: str
    description: str = ""
    weights: Mapping[str, int] = field(hash=False)
    group_size: int = 2
    level_gap: int = 0
    enough_minutes: int = 120
    session_minutes: int = 60
    counting_minutes: int = 0
    rhythm: Rhythm = Rhythm.WEEKLY
    round_weeks: int = 4
    compare: Mapping[str, Comparison] = field(default_factory=dict, hash=False)
    columns: tuple[ColumnCriterion, ...] = ()
    least_common_minutes: int = 0
    same: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    never: tuple[tuple[str, str], ...] = ()
    must: tuple[tuple[str, str], ...] = ()
    ask_points: int = 100
    fairness: Fairness = Fairness.TOTAL
    mix: Mapping[str, int] = field(default_factory=dict, hash=False)
    nobody_alone: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in (("rhythm", Rhythm), ("fairness", Fairness)):
            value = getattr(self, name)
            if value not in list(kind):
                raise _wrong(name, f"one of {', '.join(kind)}", value)
            object.__setattr__(self, name, kind(value))
        for name in ("weights", "compare", "mix"):
            # A copy: what somebody changes later in their own is no part of this policy.
            object.__setattr__(self, name, dict(getattr(self, name)))
        if not _are_weights(self.mix) or not all(self.mix):
            raise _wrong("mix", "whole numbers from 0 up by name", dict(self.mix))
        unknown = next((name for name in self.weights if name not in CRITERIA), "")
        if unknown or not _are_weights(self.weights) or not self._total:
            raise _wrong(
                "weights",
                f"whole numbers from 0 up for {', '.join(CRITERIA)}, at least one above 0"
                + meant(unknown, CRITERIA),
                dict(self.weights),
            )
        if self._total > LARGEST_WEIGHTS:
            raise _wrong(
                "weights", f"weights of at most {LARGEST_WEIGHTS} together", dict(self.weights)
            )
        for name, value, allowed in (
            ("group_size", self.group_size, GROUP_SIZES),
            ("level_gap", self.level_gap, range(5)),
            ("enough_minutes", self.enough_minutes, range(1, 7 * 24 * 60 + 1)),
            ("session_minutes", self.session_minutes, range(1, 24 * 60 + 1)),
            ("counting_minutes", self.counting_minutes, range(24 * 60 + 1)),
            ("round_weeks", self.round_weeks, range(1, 53)),
            ("least_common_minutes", self.least_common_minutes, range(7 * 24 * 60 + 1)),
            ("ask_points", self.ask_points, range(FULL_SHARES + 1)),
        ):
            if type(value) is not int or value not in allowed:
                raise _wrong(name, f"a whole number from {allowed[0]} to {allowed[-1]}", value)
        if self.counting_minutes > self.session_minutes:
            expected = f'at most the {self.session_minutes} of "session_minutes"'
            raise _wrong("counting_minutes", expected, self.counting_minutes)
        self._check_comparisons()
        self._check_rules()

    def _check_comparisons(self) -> None:
        for name, comparison in self.compare.items():
            if name not in COMPARISONS or comparison.way not in COMPARISONS[name]:
                known = "; ".join(f"{one}: {', '.join(ways)}" for one, ways in COMPARISONS.items())
                hint = meant(name, COMPARISONS)
                raise _wrong("compare", f"one of these ways ({known}){hint}", name)
        for name, largest in _LARGEST_GAPS.items():
            if self.compare.get(name, Comparison()).gap > largest:
                expected = f"a gap of {name} from 0 to {largest}"
                raise _wrong("compare", expected, self.compare[name].gap)
        names = [one.column.casefold() for one in self.columns]
        if len(set(names)) < len(names):
            raise _wrong("columns", "each column once", names)

    def _check_rules(self) -> None:
        for name, columns in (("same", self.same), ("different", self.different)):
            if not all(columns):
                raise _wrong(name, "names of columns", list(columns))
        if both := sorted(set(self.same) & set(self.different)):
            raise _wrong("different", 'other columns than "same"', both)
        if not all(self.nobody_alone):
            raise _wrong("nobody_alone", "names of attributes", list(self.nobody_alone))
        for name, pairs in (("never", self.never), ("must", self.must)):
            for pair in pairs:
                if len(pair) != 2 or not all(pair) or pair[0] == pair[1]:
                    raise _wrong(name, "pairs of two different ids", list(pair))
        if both_ways := {frozenset(p) for p in self.never} & {frozenset(p) for p in self.must}:
            raise _wrong("must", 'other pairs than "never"', sorted(map(sorted, both_ways)))

    @property
    def _weights(self) -> dict[str, int]:
        """Everything that counts, by the name it has in `shares`."""
        return {
            **{name: self.weights.get(name, 0) for name in CRITERIA},
            **{COLUMN + one.column: one.weight for one in self.columns},
            **{MIX + name: weight for name, weight in self.mix.items()},
        }

    @property
    def _total(self) -> int:
        return sum(self._weights.values())

    @property
    def shares(self) -> dict[str, int]:
        """Parts per thousand of a full score for all that counts: whole numbers that add up.

        Columns have names such as ``column:city``, protected attributes such as ``mix:background``.
        The thousandths that rounding leaves go to the largest remainders, the first named first.
        """
        total = self._total
        exact = {name: weight * FULL_SHARES for name, weight in self._weights.items() if weight}
        shares = {name: value // total for name, value in exact.items()}
        left = FULL_SHARES - sum(shares.values())
        for name in sorted(exact, key=lambda name: -(exact[name] % total))[:left]:
            shares[name] += 1
        return shares

    def comparison(self, name: str) -> Comparison:
        """Give how a criterion of `COMPARISONS` compares."""
        default = Comparison.target_gap(self.level_gap) if name == "level" else Comparison()
        return self.compare.get(name, default)

    def column(self, name: str) -> ColumnCriterion:
        """Give the criterion of a column that counts."""
        return next(one for one in self.columns if one.column == name)

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


def meant(name: str, known: Iterable[str]) -> str:
    """Give a hint for a name that is nearly one of those that are known, or nothing.

    Examples
    --------
    >>> meant("topic", CRITERIA), meant("charm", CRITERIA)
    (' (did you mean "topics"?)', '')
    """
    close = difflib.get_close_matches(name.casefold(), list(known), n=1, cutoff=0.7)
    return f' (did you mean "{close[0]}"?)' if close else ""


def _are_weights(weights: Mapping[str, int]) -> bool:
    return all(type(weight) is int and weight >= 0 for weight in weights.values())


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
                counting_minutes=45,
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
