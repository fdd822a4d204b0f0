"""Scripts for a session: what to do, for how many minutes, and who teaches, learns or listens.

A step is for everybody at once, or for each member in turn. Steps in turn that follow each other
are one block: the block runs once for each member, and the seats move on by one each time. So the
same script serves a pair, a trio and a circle, and everybody gets the same minutes.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.sessions import SessionKind
from peerloom.mentoring.topics import Family
from peerloom.mentoring.words import PROSE, line
from peerloom.policy import GROUP_SIZES

LONGEST_STEP = 240
ROWS = tuple(f"S{number}" for number in range(1, 19))
"""What peer mentoring needs, by its number; `Activity.serves` names some of these."""

Kind = TypeVar("Kind", bound=enum.StrEnum)

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


class ActivityError(MentoringError):
    """An activity that cannot exist, or that does not fit the people or the minutes."""

    code = "activity_invalid"


class Seat(enum.StrEnum):
    """Who somebody is in a step: the one whose turn it is, the next one, or anybody else."""

    A = "a"
    B = "b"
    REST = "rest"


class Role(enum.StrEnum):
    """What somebody does in a step."""

    TEACHES = "teaches"
    LEARNS = "learns"
    LISTENS = "listens"
    SPEAKS = "speaks"
    TOGETHER = "together"

    @property
    def is_counted(self) -> bool:
        """Whether the ledger counts its minutes: to speak or to work together is no service."""
        return self in (Role.TEACHES, Role.LEARNS, Role.LISTENS)


class Occasion(enum.StrEnum):
    """When an activity is made for the moment."""

    FIRST_MEETING = "first_meeting"
    STUCK_GOAL = "stuck_goal"
    GEAR_CHANGE = "gear_change"


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
        object.__setattr__(self, "role", _one_of(Role, self.role, "role"))
        object.__setattr__(self, "prompts", _lines(self.prompts, "prompts"))


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
        object.__setattr__(self, "text", _prose(self.text, "text"))
        object.__setattr__(self, "prompts", _lines(self.prompts, "prompts"))
        _whole(self.minutes, "minutes", range(1, LONGEST_STEP + 1))
        if self.least is not None:
            _whole(self.least, "least", range(1, self.minutes + 1))
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
        script = {Seat.A: self.a, Seat.B: self.b, Seat.REST: self.rest or self.b}[seat]
        return script or SeatScript()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A script for a session.

    Parameters
    ----------
    id
        Small letters, digits and underscores; stays the same for ever.
    title, summary
        What people read when they choose: a name, and one or two sentences.
    kind
        Whether it is a meeting, or a session in which people only listen and keep nothing.
    sizes
        For groups of how many people, 2 to 5.
    families
        What kind of topics and goals it is good for.
    occasions
        For which moments it is made.
    serves
        Which needs of peer mentoring it meets, as in `ROWS`.
    material
        What to bring or open.
    steps
        What to do, in order.

    Raises
    ------
    ActivityError
        For a value that cannot be used. At least one step that is not in turn must be able to
        change its length, because whole minutes seldom share out evenly.
    TextError
        For words that cannot be shown.

    Examples
    --------
    >>> stand_up = Activity(
    ...     id="stand_up",
    ...     title="Stand-up",
    ...     summary="Say what you did and what comes next.",
    ...     steps=(
    ...         Step(title="Tell", text="One tells.", minutes=5, least=3, in_turn=True),
    ...         Step(title="Plan", text="Pick one thing each.", minutes=5, least=2),
    ...     ),
    ... )
    >>> stand_up.shortest(2), stand_up.usual(2), stand_up.longest(2), stand_up.usual(5)
    (8, 15, 22, 30)
    """

    id: str
    title: str
    summary: str
    kind: SessionKind = SessionKind.MEETING
    sizes: tuple[int, ...] = tuple(GROUP_SIZES)
    families: tuple[Family, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    serves: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not _ID.fullmatch(self.id):
            raise ActivityError.of_field(
                "id", "small letters, digits and underscores, at most 40, the first a letter"
            )
        object.__setattr__(self, "title", line(self.title, "title", is_required=True))
        object.__setattr__(self, "summary", _prose(self.summary, "summary"))
        object.__setattr__(self, "kind", _one_of(SessionKind, self.kind, "kind"))
        if not self.sizes or any(type(n) is not int or n not in GROUP_SIZES for n in self.sizes):
            low, high = GROUP_SIZES[0], GROUP_SIZES[-1]
            raise ActivityError.of_field("sizes", f"whole numbers from {low} to {high}")
        object.__setattr__(self, "sizes", tuple(sorted(set(self.sizes))))
        for name, kinds in (("families", Family), ("occasions", Occasion)):
            values = {_one_of(kinds, value, name) for value in getattr(self, name)}
            object.__setattr__(self, name, tuple(one for one in kinds if one in values))
        if unknown := set(self.serves) - set(ROWS):
            raise ActivityError.of_field("serves", f"{ROWS[0]} to {ROWS[-1]}, not {min(unknown)}")
        object.__setattr__(self, "serves", tuple(row for row in ROWS if row in self.serves))
        object.__setattr__(self, "material", _lines(self.material, "material"))
        if not any(s.slack and not s.in_turn and not s.is_optional for s in self.steps):
            raise ActivityError.of_field(
                "steps",
                'at least one step that is neither in turn nor optional, with a "least" below its '
                '"minutes"',
            )

    @property
    def is_one_sided(self) -> bool:
        """Whether only the first seat ever teaches: good when the roles should flip."""
        teaching = [step for step in self.steps if step.teaches]
        return bool(teaching) and all(
            step.teaches == {Seat.A} and not step.in_turn for step in teaching
        )

    def fits(self, size: int, minutes: int) -> bool:
        """Tell whether so many people can do it in so many minutes."""
        return size in self.sizes and self.shortest(size) <= minutes <= self.longest(size)

    def shortest(self, size: int) -> int:
        """Give the fewest minutes for so many people, optional steps left out."""
        return sum(s.shortest * times(s, size) for s in self.steps if not s.is_optional)

    def usual(self, size: int) -> int:
        """Give the minutes that so many people usually need for all steps."""
        return sum(s.minutes * times(s, size) for s in self.steps)

    def longest(self, size: int) -> int:
        """Give the most minutes for so many people before it drags."""
        return sum((s.minutes + s.slack) * times(s, size) for s in self.steps)


def times(step: Step, size: int) -> int:
    """Give how often a step happens when so many people meet."""
    return size if step.in_turn else 1


def texts(activity: Activity) -> tuple[str, ...]:
    """Give everything in an activity that people read, each text once: what there is to translate.

    Examples
    --------
    >>> from peerloom.mentoring.activity_files import built_in_activities
    >>> texts(built_in_activities()["teach_off"])[0]
    'Teach-Off'
    """
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[text] = None
        return text

    translated(activity, note)
    return tuple(found)


def translated(activity: Activity, translate: Callable[[str], str]) -> Activity:
    """Give an activity in another language.

    Parameters
    ----------
    activity
        As it was written.
    translate
        Such as ``gettext`` of the reader's language.
    """

    def all_of(lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(translate, lines))

    def seat(script: SeatScript | None) -> SeatScript | None:
        return None if script is None else replace(script, prompts=all_of(script.prompts))

    return replace(
        activity,
        title=translate(activity.title),
        summary=translate(activity.summary),
        material=all_of(activity.material),
        steps=tuple(
            replace(
                step,
                title=translate(step.title),
                text=translate(step.text),
                prompts=all_of(step.prompts),
                a=seat(step.a),
                b=seat(step.b),
                rest=seat(step.rest),
            )
            for step in activity.steps
        ),
    )


def _lines(values: Iterable[str], field: str) -> tuple[str, ...]:
    return tuple(line(value, field, is_required=True, most=400) for value in values)


def _prose(text: str, field: str) -> str:
    """Give a paragraph as one line: where a file wraps its lines means nothing."""
    return line(text, field, is_required=True, most=PROSE)


def _whole(value: int, field: str, allowed: range) -> None:
    if type(value) is not int or value not in allowed:
        raise ActivityError.of_field(field, f"a whole number from {allowed[0]} to {allowed[-1]}")


def _one_of(kinds: type[Kind], value: str, field: str) -> Kind:
    if value not in list(kinds):
        raise ActivityError.of_field(field, f"one of {', '.join(kinds)}")
    return kinds(value)
