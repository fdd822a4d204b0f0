"""Numbers that people set as goals: exact decimals, never binary fractions that drift."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction

from peerloom.mentoring.errors import GoalError
from peerloom.mentoring.words import line

LARGEST = Decimal(1_000_000_000)
DECIMALS = 4
_MOST_ZEROS = 50
_EXACTLY = Context(prec=40)
_EXPECTED = f"a number from -{LARGEST} to {LARGEST} with at most {DECIMALS} decimals"


def exact(value: Decimal | int, field: str = "value") -> Decimal:
    """Give a number as an exact decimal.

    Numbers are compared and written without rounding, so they have at most four decimals and
    thirteen digits. A float is refused: 0.1 + 0.2 would not be 0.3.

    Raises
    ------
    GoalError
        For anything but an `int` or a finite `Decimal` within these bounds.

    Examples
    --------
    >>> exact(3), exact(Decimal("2.50"))
    (Decimal('3'), Decimal('2.5'))
    """
    if isinstance(value, float):
        raise GoalError.of_field(field, 'an exact number: write 2.5 as Decimal("2.5")')
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise GoalError.of_field(field, _EXPECTED)
    number = Decimal(value)
    if type(value) is int and -LARGEST <= number <= LARGEST:
        return number
    # Before it is written out: 1E-999999999 would fill the memory with zeros.
    if not number.is_finite() or number.copy_abs() > LARGEST or _exponent(number) < -_MOST_ZEROS:
        raise GoalError.of_field(field, _EXPECTED)
    shortest = Decimal(written(number))
    if _exponent(shortest) < -DECIMALS:
        raise GoalError.of_field(field, _EXPECTED)
    return shortest


def written(number: Decimal) -> str:
    """Write a number with its digits, without an exponent, trailing zeros or a negative zero.

    Examples
    --------
    >>> written(Decimal("1E+3")), written(Decimal("-0.50")), written(Decimal("-0.0"))
    ('1000', '-0.5', '0')
    """
    digits = f"{number:f}" if number else "0"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits


def distance(one: Decimal, other: Decimal) -> Decimal:
    """Give how far two exact numbers lie apart, whatever the precision of the thread is.

    Examples
    --------
    >>> distance(Decimal(2), Decimal("10.5"))
    Decimal('8.5')
    """
    return Decimal(written(_EXACTLY.abs(_EXACTLY.subtract(one, other))))


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


# Its own __init__, so that whole numbers may be given and decimals are what one reads.
@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class Measure:
    """What is counted, from where to where.

    Only the owner of the goal and the members of their group may read it.

    Parameters
    ----------
    start
        Where it stood when the goal was set.
    target
        Where it should get. It may lie below the start: "from ten open bugs to two".
    unit
        What is counted, such as "applications"; may be empty.

    Raises
    ------
    GoalError
        For a number that is not exact, or a target that is the start.
    TextError
        For a unit that is no line of text.

    Examples
    --------
    >>> fewer_bugs = Measure(start=10, target=2, unit="open bugs")
    >>> fewer_bugs.share(8), fewer_bugs.share(1), fewer_bugs.reached(1)
    (Fraction(1, 4), Fraction(9, 8), True)
    """

    start: Decimal
    target: Decimal
    unit: str = field(default="", repr=False)

    def __init__(self, *, start: Decimal | int, target: Decimal | int, unit: str = "") -> None:
        object.__setattr__(self, "start", exact(start, "start"))
        object.__setattr__(self, "target", exact(target, "target"))
        object.__setattr__(self, "unit", line(unit, "unit"))
        if self.start == self.target:
            raise GoalError.of_field("target", 'another number than "start"')

    def share(self, value: Decimal | int) -> Fraction:
        """Give how much of the way a value is: 0 at the start, 1 at the target, exactly.

        Below 0 it went backwards, above 1 it went further than the target.
        """
        (start, below), (target, under) = (
            one.as_integer_ratio() for one in (self.start, self.target)
        )
        stands, over = value.as_integer_ratio()
        # (value - start) / (target - start) as one fraction: a nudge run asks for thousands.
        way = (target * below - start * under) * over
        return Fraction((stands * below - start * over) * under, way)

    def reached(self, value: Decimal | int) -> bool:
        """Say whether a value is at the target or beyond it."""
        return self.share(value) >= 1
