"""What to talk about: topics in three families."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.words import line
from peerloom.reasons import N_


class Family(enum.StrEnum):
    """The families of topics and goals."""

    TECHNICAL = "technical"
    SOFT_SKILLS = "soft_skills"
    CAREER = "career"


FAMILY_NAMES: Mapping[Family, str] = MappingProxyType(
    {
        Family.TECHNICAL: N_("Technical skills"),
        Family.SOFT_SKILLS: N_("Soft skills"),
        Family.CAREER: N_("Career"),
    }
)
"""What people read for each family."""


STARTERS: Mapping[Family, tuple[str, ...]] = MappingProxyType(
    {
        Family.TECHNICAL: (
            N_("What I built last week, and what I would do differently"),
            N_("A bug that took me long, and how I found it"),
            N_("Reading somebody else's code together"),
            N_("A tool or a shortcut that saves me time"),
            N_("Something I still do not understand"),
        ),
        Family.SOFT_SKILLS: (
            N_("Asking for help early, and how to ask well"),
            N_("Feedback that helped me, and feedback that hurt"),
            N_("Explaining technical things to people who are new to them"),
            N_("Saying no, and planning a realistic week"),
            N_("How I deal with feeling that I do not belong"),
        ),
        Family.CAREER: (
            N_("Where I want to be in a year, and the first step"),
            N_("My story: from what I did before to what I do next"),
            N_("What I already know from earlier work that counts here"),
            N_("My profile, portfolio or application, seen with fresh eyes"),
            N_("Whom I could ask how their working day really looks"),
            N_("Keeping going without burning out"),
        ),
    }
)
"""Topics that a group without own ones may start from, in words to be translated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something that a group wants to talk about.

    Only the members of the group may read it.

    Parameters
    ----------
    text
        One line, in any words.
    family
        What kind of topic it is; None where nobody said.

    Raises
    ------
    TextError
        For an empty text or one of more than 200 characters.
    """

    text: str = field(repr=False)
    family: Family | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", line(self.text, "text", is_required=True))
        object.__setattr__(self, "family", family_of(self.family))


def family_of(value: str | None) -> Family | None:
    """Give the family of that name; None for None.

    Raises
    ------
    MentoringError
        For a name that is no family.
    """
    if value is None:
        return None
    if value not in list(Family):
        raise MentoringError.of_field("family", f"one of {', '.join(Family)}")
    return Family(value)
