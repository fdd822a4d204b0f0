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
