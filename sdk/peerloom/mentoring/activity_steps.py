"""Steps of a script: for how many minutes, for whom, and what each seat does in them."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.words import PROSE, line

LONGEST_STEP = 240

Kind = TypeVar("Kind", bound=enum.StrEnum)


class ActivityError(MentoringError):
    """An activity that cannot exist, or that does not fit the people or the minutes."""

    code = "activity_invalid"


class Seat(enum.StrEnum):
    """Who somebody is in a step: the one whose turn it is, the next one, or anybody else."""

    A = "a"
    B = "b"
    REST = "rest"


class Role(enum.StrEnum):
    """What somebody does in a step.

    The ledger counts the minutes of those who teach, learn or listen. To speak, or to work together
    at eye level, is owed to nobody and not counted.
    """

    TEACHES = "teaches"
    LEARNS = "learns"
    LISTENS = "listens"
    SPEAKS = "speaks"
    TOGETHER = "together"


def lines(values: Iterable[str], field: str) -> tuple[str, ...]:
    """Give lines of text, each with its white space tidied."""
    return tuple(line(value, field, is_required=True, most=400) for value in values)


def paragraph(text: str, field: str) -> str:
    """Give a paragraph as one line: where a file wraps its lines means nothing."""
    return line(text, field, is_required=True, most=PROSE)


def check_whole(value: int, field: str, allowed: range) -> None:
    """Refuse what is no whole number of a range."""
    if type(value) is not int or value not in allowed:
        raise ActivityError.of_field(field, f"a whole number from {allowed[0]} to {allowed[-1]}")


def one_of(kinds: type[Kind], value: str, field: str) -> Kind:
    """Give the value of an enumeration that has this name."""
    if value not in list(kinds):
        raise ActivityError.of_field(field, f"one of {', '.join(kinds)}")
    return kinds(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatScript:
    """What somebody on one seat does in a step.

    Parameters
    ----------
    role
        What the ledger counts it as.
    prompts
        Words to begin with, for this seat only.

    Raises
    ------
    ActivityError
        For a role that does not exist.
    TextError
        For a prompt that cannot be shown.
    """

    role: Role = Role.TOGETHER
    prompts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", one_of(Role, self.role, "role"))
        object.__setattr__(self, "prompts", lines(self.prompts, "prompts"))


_TOGETHER = SeatScript()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a script.

    Parameters
    ----------
    title
        A few words.
    text
        What to do.
    minutes
        How long it usually takes; for a step in turn, for one member.
    least
        How short it may become. It may grow by as many minutes as it can lose; without a `least`
        it never changes.
    in_turn
        Whether each member gets this step, one after another.
    is_optional
        Whether it is left out when time is short.
    prompts
        Words to begin with, for everybody.
    a, b, rest
        The seats; all None where everybody does the same together. `rest` is as `b` where it is
        None.

    Raises
    ------
    ActivityError
        For minutes that cannot be, or roles that do not go together: nobody teaches without
        somebody who learns, and nobody listens without somebody who speaks or teaches.
    TextError
        For words that cannot be shown.
    """

    title: str
    text: str
    minutes: int
    least: int | None = None
    in_turn: bool = False
    is_optional: bool = False
    prompts: tuple[str, ...] = ()
    a: SeatScript | None = None
    b: SeatScript | None = None
    rest: SeatScript | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", line(self.title, "title", is_required=True))
        object.__setattr__(self, "text", paragraph(self.text, "text"))
        object.__setattr__(self, "prompts", lines(self.prompts, "prompts"))
        check_whole(self.minutes, "minutes", range(1, LONGEST_STEP + 1))
        if self.least is not None:
            check_whole(self.least, "least", range(1, self.minutes + 1))
        if (self.a is None) is not (self.b is None) or (self.rest and not self.b):
            raise ActivityError.of_field("b", 'the seats "a" and "b", or none of them')
        self._check_roles()

    def _check_roles(self) -> None:
        for seats in ((Seat.A, Seat.B), tuple(Seat)):
            roles = {self.seat(seat).role for seat in seats}
            if (Role.TEACHES in roles) is not (Role.LEARNS in roles):
                raise ActivityError.of_field("role", "somebody who learns where somebody teaches")
            if Role.LISTENS in roles and not roles & {Role.TEACHES, Role.SPEAKS}:
                raise ActivityError.of_field("role", "somebody who speaks where somebody listens")

    @property
    def shortest(self) -> int:
        """The fewest minutes it may take."""
        return self.minutes if self.least is None else self.least

    @property
    def slack(self) -> int:
        """How many minutes it can lose, and gain."""
        return self.minutes - self.shortest

    @property
    def teaches(self) -> frozenset[Seat]:
        """The seats that teach."""
        return frozenset(seat for seat in Seat if self.seat(seat).role is Role.TEACHES)

    def seat(self, seat: Seat) -> SeatScript:
        """Give what somebody on a seat does."""
        script = self.a if seat is Seat.A else self.b if seat is Seat.B else self.rest or self.b
        return script or _TOGETHER


def times(step: Step, size: int) -> int:
    """Give how often a step happens when so many people meet."""
    return size if step.in_turn else 1
