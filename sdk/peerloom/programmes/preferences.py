"""What each member decides for themself."""

from __future__ import annotations

from dataclasses import dataclass, field

from peerloom.mentoring.nudges import NudgePreferences
from peerloom.mentoring.words import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a member decides for themself. Only the member may read and change it.

    Parameters
    ----------
    member
        Their id.
    nudges
        How they want to be nudged, or not.
    """

    member: str
    nudges: NudgePreferences = field(default_factory=NudgePreferences, repr=False)

    def __post_init__(self) -> None:
        identifier(self.member, "member")
