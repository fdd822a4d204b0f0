"""How a criterion compares two answers: alike, different, or a certain distance apart."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from peerloom.errors import PolicyError

LARGEST_GAP = 1_000_000


class Way(enum.StrEnum):
    """The three ways to compare."""

    SIMILAR = "similar"
    COMPLEMENTARY = "complementary"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two answers are compared.

    Parameters
    ----------
    way
        `Way.SIMILAR`: the nearer, the better. `Way.COMPLEMENTARY`: the further apart, the better.
        `Way.GAP`: the nearer to a certain distance, the better.
    gap
        That distance; 0 unless `way` is `Way.GAP`.

    Raises
    ------
    PolicyError
        For a gap that cannot be used.

    Examples
    --------
    >>> Comparison.target_gap(2)
    Comparison(way=<Way.GAP: 'gap'>, gap=2)
    >>> Comparison(Way.SIMILAR, 2)
    Traceback (most recent call last):
    ...
    peerloom.errors.PolicyError: "gap" of what a policy compares needs a gap from 0 to 1000000, \
and only with the way "gap".
    """

    way: Way = Way.SIMILAR
    gap: int = 0

    def __post_init__(self) -> None:
        if self.gap not in range(LARGEST_GAP + 1) or (self.gap and self.way is not Way.GAP):
            raise _wrong("gap", f'a gap from 0 to {LARGEST_GAP}, and only with the way "gap"')

    @classmethod
    def target_gap(cls, gap: int) -> Comparison:
        """Give the comparison that is best at a distance of `gap`."""
        return cls(Way.GAP, gap)


SIMILAR = Comparison(Way.SIMILAR)
COMPLEMENTARY = Comparison(Way.COMPLEMENTARY)


@dataclass(frozen=True, slots=True)
class ColumnCriterion:
    """A column of one's own members file that counts.

    Two values that are both numbers are compared as numbers, two others as words, of which only
    case and white space do not matter. A value that is not there never counts for anything.

    Parameters
    ----------
    column
        The name of the column, as in `Member.columns`.
    weight
        How much it counts beside the other weights, above 0.
    comparison
        How two values are compared. A gap needs numbers: two words are as good as unknown there.
    unit
        What counts as one step between two numbers: pairs are best at the best distance, two thirds
        as good one step off, one third two steps off. 0 for values that are names even where they
        look like numbers, such as the number of a team.

    Raises
    ------
    PolicyError
        For a value that cannot be used.

    Examples
    --------
    >>> ColumnCriterion("years in the field", 20, Comparison.target_gap(5), unit=2).weight
    20
    """

    column: str
    weight: int
    comparison: Comparison = SIMILAR
    unit: int = 1

    def __post_init__(self) -> None:
        if not self.column:
            raise _wrong("column", "the name of a column")
        if self.weight < 1:
            raise _wrong("weight", "a whole number above 0")
        if self.unit not in range(LARGEST_GAP + 1):
            raise _wrong("unit", f"a whole number from 0 to {LARGEST_GAP}")
        if self.comparison.way is Way.GAP and not self.unit:
            raise _wrong("unit", "a unit above 0, because a gap needs numbers")


def _wrong(field: str, expected: str) -> PolicyError:
    return PolicyError(
        f'"{field}" of what a policy compares needs {expected}.', field=field, expected=expected
    )
