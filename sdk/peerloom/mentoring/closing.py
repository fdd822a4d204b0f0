"""The closing ritual: a kind end of a group, with thanks.

Most mentoring that ends early ends without a word. A group that ends here gets a few minutes for
looking back and for thanks, together or each alone. What each member takes along is in
`peerloom.mentoring.luggage`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate, pairwise

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import GroupError, MentoringError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.switches import switched
from peerloom.mentoring.words import identifier, prose
from peerloom.reasons import N_, Reason

LEAST_MINUTES = 4
"""One for each step."""


class ClosingError(MentoringError):
    """A closing or a farewell that cannot exist."""

    code = "closing_invalid"


class Ending(enum.StrEnum):
    """Why a group ends."""

    ROUND_OVER = "round_over"
    SWITCH = "switch"
    SOMEBODY_LEFT = "somebody_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingStep:
    """One step of the ritual.

    Parameters
    ----------
    minutes
        How long it takes.
    prompt
        What to do or to ask.
    """

    minutes: int
    prompt: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRitual:
    """How a group ends.

    Parameters
    ----------
    opening
        What everybody is told; the same words for all.
    is_alone
        Whether each member writes alone. After a switch or when somebody left, nobody has to meet.
    steps
        In their order.
    """

    opening: Reason
    is_alone: bool
    steps: tuple[ClosingStep, ...]


_TOGETHER = (
    (
        5,
        "closing_look_back",
        N_("Look back in turn: what can you do today that you could not when you met?"),
    ),
    (
        6,
        "closing_thanks",
        N_("Thank each other for one thing that you will remember. Name it, and say what it did."),
    ),
    (5, "closing_takes_along", N_("What do you take with you, and what will you do next with it?")),
    (4, "closing_travels", N_("Go through goals, notes and links: what travels on with whom?")),
)
_ALONE = (
    (
        5,
        "closing_look_back_alone",
        N_("Look back for yourself: what can you do today that you could not when you met?"),
    ),
    (
        6,
        "closing_thanks_alone",
        N_("If you are thankful for something, write it down. Only that person will read it."),
    ),
    (
        5,
        "closing_takes_along_alone",
        N_("What do you take with you, and what do you wish for from your next group?"),
    ),
    (
        4,
        "closing_travels_alone",
        N_("Go through goals, notes and links: what travels on with you?"),
    ),
)


def closing_ritual(ending: Ending, minutes: int = 20) -> ClosingRitual:
    """Give the steps of a kind end.

    Parameters
    ----------
    ending
        Why the group ends.
    minutes
        How long it may take, at least 4; the steps fill it exactly.

    Raises
    ------
    ClosingError
        For less than 4 minutes, or a reason that there is not.

    Examples
    --------
    >>> ritual = closing_ritual(Ending.ROUND_OVER, 10)
    >>> [step.minutes for step in ritual.steps], ritual.is_alone
    ([2, 3, 3, 2], False)
    >>> print(ritual.steps[1].prompt)
    Thank each other for one thing that you will remember. Name it, and say what it did.
    """
    if ending not in list(Ending):
        raise ClosingError.of_field("ending", f"one of {', '.join(Ending)}")
    if type(minutes) is not int or minutes < LEAST_MINUTES:
        raise ClosingError.of_field("minutes", f"a whole number from {LEAST_MINUTES} up")
    openings = {
        Ending.ROUND_OVER: Reason(
            code="closing_round_over",
            template=N_("This round is over. Take {minutes} minutes together to end it well."),
            values={"minutes": minutes},
        ),
        Ending.SWITCH: switched(),
        Ending.SOMEBODY_LEFT: Reason(
            code="closing_somebody_left",
            template=N_(
                "Somebody has left, so this group ends. It is not because of you: "
                "you will meet somebody new, and your goals and notes stay with you."
            ),
        ),
    }
    is_alone = ending is not Ending.ROUND_OVER
    steps = _ALONE if is_alone else _TOGETHER
    total = sum(weight for weight, _, _ in steps)
    ends = accumulate((weight for weight, _, _ in steps), initial=0)
    # Where a step ends is rounded, not how long it takes: so the steps fill the time exactly.
    bounds = [minutes * end // total for end in ends]
    return ClosingRitual(
        opening=openings[Ending(ending)],
        is_alone=is_alone,
        steps=tuple(
            ClosingStep(minutes=last - first, prompt=Reason(code=code, template=template))
            for (first, last), (_, code, template) in zip(pairwise(bounds), steps, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsOfThanks:
    """Words of thanks. Only the author and the one who is thanked may read them.

    Parameters
    ----------
    to
        The id of the one who is thanked.
    words
        In the words of the author.
    """

    to: str
    words: str = field(repr=False)

    def __post_init__(self) -> None:
        identifier(self.to, "to")
        object.__setattr__(self, "words", prose(self.words, "words", is_required=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """What a member says at the end. Show it to anybody only through `farewell_visible_to`.

    Parameters
    ----------
    id
        What tells it from every other farewell.
    group, member
        Ids of the group that ends and of the author.
    at
        When; aware, kept in UTC.
    thanks
        At most one for each other member; only that person reads it.
    takes_along
        What the author takes along. Only the author reads it.

    Raises
    ------
    ClosingError
        For thanks to oneself, or two to the same person.
    TextError, MomentError
        For words or moments that cannot be kept.
    """

    id: str
    group: str
    member: str
    at: datetime
    thanks: tuple[WordsOfThanks, ...] = ()
    takes_along: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for name in ("id", "group", "member"):
            identifier(getattr(self, name), name)
        object.__setattr__(self, "at", utc(self.at, "at"))
        object.__setattr__(self, "takes_along", prose(self.takes_along, "takes_along"))
        thanked = [one.to for one in self.thanks]
        if self.member in thanked or len(set(thanked)) < len(thanked):
            raise ClosingError.of_field("thanks", "other members, each at most once")
        in_order = tuple(sorted(self.thanks, key=lambda one: one.to))
        object.__setattr__(self, "thanks", in_order)


def farewell_visible_to(
    viewer: Viewer, farewell: Farewell, group: PublishedGroup
) -> Farewell | None:
    """Give what somebody may read of a farewell.

    The author reads all of it, another member of the group their own thanks, and nobody else
    anything, staff neither.

    Returns
    -------
    Farewell or None
        With only what may be read; None where that is nothing.

    Raises
    ------
    GroupError
        For a farewell of another group.
    """
    if farewell.group != group.id:
        raise GroupError("This farewell is about another group: choose that one.")
    if viewer.member == farewell.member:
        return farewell
    own = tuple(
        one for one in farewell.thanks if one.to == viewer.member and one.to in group.members
    )
    return replace(farewell, thanks=own, takes_along="") if own else None


def erase_from_farewell(farewell: Farewell, member: str) -> Farewell | None:
    """Take a person out of a farewell: their own goes altogether, and so do thanks to them.

    Returns
    -------
    Farewell or None
        None for a farewell of their own; an equal one where they left no trace.
    """
    if farewell.member == member:
        return None
    thanks = tuple(one for one in farewell.thanks if one.to != member)
    return replace(farewell, thanks=thanks)
