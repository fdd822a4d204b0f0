"""Scripts for a session: what to do, for how many minutes, and who teaches, learns or listens.

A step is for everybody at once, or for each member in turn. Steps in turn that follow each other
are one block: the block runs once for each member, and the seats move on by one each time. So the
same script serves a pair, a trio and a circle, and everybody gets the same minutes.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from peerloom.mentoring.activity_steps import (
    ActivityError,
    Seat,
    SeatScript,
    Step,
    lines,
    one_of,
    paragraph,
)
from peerloom.mentoring.sessions import SessionKind
from peerloom.mentoring.topics import Family
from peerloom.mentoring.words import line
from peerloom.policy import GROUP_SIZES

ROWS = tuple(f"S{number}" for number in range(1, 19))
"""What peer mentoring needs, by its number; `Activity.serves` names some of these."""

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Occasion(enum.StrEnum):
    """When an activity is made for the moment."""

    FIRST_MEETING = "first_meeting"
    STUCK_GOAL = "stuck_goal"
    GEAR_CHANGE = "gear_change"


@dataclass(frozen=True, slots=True)
class _Minutes:
    """Minutes of steps: those of all together, and those of each member's turn."""

    together: int
    turn: int

    @classmethod
    def of(cls, steps: Iterable[Step], minutes: Callable[[Step], int]) -> Self:
        sums = [0, 0]
        for step in steps:
            sums[step.in_turn] += minutes(step)
        return cls(*sums)

    def in_all(self, size: int) -> int:
        return self.together + self.turn * size


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

    Attributes
    ----------
    is_one_sided : bool
        Whether only the first seat ever teaches: good when the roles should flip.

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
    is_one_sided: bool = field(init=False, repr=False, compare=False)
    _shortest: _Minutes = field(init=False, repr=False, compare=False)
    _usual: _Minutes = field(init=False, repr=False, compare=False)
    _longest: _Minutes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not _ID.fullmatch(self.id):
            raise ActivityError.of_field(
                "id", "small letters, digits and underscores, at most 40, the first a letter"
            )
        object.__setattr__(self, "title", line(self.title, "title", is_required=True))
        object.__setattr__(self, "summary", paragraph(self.summary, "summary"))
        object.__setattr__(self, "kind", one_of(SessionKind, self.kind, "kind"))
        if not self.sizes or any(type(n) is not int or n not in GROUP_SIZES for n in self.sizes):
            low, high = GROUP_SIZES[0], GROUP_SIZES[-1]
            raise ActivityError.of_field("sizes", f"whole numbers from {low} to {high}")
        object.__setattr__(self, "sizes", tuple(sorted(set(self.sizes))))
        for name, kinds in (("families", Family), ("occasions", Occasion)):
            values = {one_of(kinds, value, name) for value in getattr(self, name)}
            object.__setattr__(self, name, tuple(one for one in kinds if one in values))
        if unknown := set(self.serves) - set(ROWS):
            raise ActivityError.of_field("serves", f"{ROWS[0]} to {ROWS[-1]}, not {min(unknown)}")
        object.__setattr__(self, "serves", tuple(row for row in ROWS if row in self.serves))
        object.__setattr__(self, "material", lines(self.material, "material"))
        if not any(s.slack and not s.in_turn and not s.is_optional for s in self.steps):
            raise ActivityError.of_field(
                "steps",
                'at least one step that is neither in turn nor optional, with a "least" below its '
                '"minutes"',
            )
        teaching = [step for step in self.steps if step.teaches]
        is_one_sided = all(step.teaches == {Seat.A} and not step.in_turn for step in teaching)
        object.__setattr__(self, "is_one_sided", bool(teaching) and is_one_sided)
        needed = [step for step in self.steps if not step.is_optional]
        object.__setattr__(self, "_shortest", _Minutes.of(needed, lambda one: one.shortest))
        object.__setattr__(self, "_usual", _Minutes.of(self.steps, lambda one: one.minutes))
        object.__setattr__(
            self, "_longest", _Minutes.of(self.steps, lambda one: one.minutes + one.slack)
        )

    def fits(self, size: int, minutes: int) -> bool:
        """Tell whether so many people can do it in so many minutes."""
        return size in self.sizes and self.shortest(size) <= minutes <= self.longest(size)

    def shortest(self, size: int) -> int:
        """Give the fewest minutes for so many people, optional steps left out."""
        return self._shortest.in_all(size)

    def usual(self, size: int) -> int:
        """Give the minutes that so many people usually need for all steps."""
        return self._usual.in_all(size)

    def longest(self, size: int) -> int:
        """Give the most minutes for so many people before it drags."""
        return self._longest.in_all(size)


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
