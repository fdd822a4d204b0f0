"""What a programme decides once for everybody."""

from __future__ import annotations

from dataclasses import dataclass, field

from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.nudge_plan import NudgePlan
from peerloom.mentoring.session_outcomes import SILENCE_DAYS
from peerloom.programmes.errors import ProgrammeError

STAFF_HOURS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for the whole programme, beside its policy.

    Parameters
    ----------
    staff_hours
        So many hours after a group could see its health staff see it too, 0 to 336.
    silence_days
        After so many days silence goes along with what others said of a session, 0 to 60.
    nudges
        When nudges are due; None for what suits the rhythm of the policy.
    help_link
        Where the institution helps people who are not well.

    Raises
    ------
    ProgrammeError
        For a number outside its bounds.
    """

    staff_hours: int = STAFF_HOURS
    silence_days: int = SILENCE_DAYS
    nudges: NudgePlan | None = None
    help_link: HelpLink | None = field(default=None)

    def __post_init__(self) -> None:
        for name, most in (("staff_hours", 336), ("silence_days", 60)):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= most:
                raise ProgrammeError.of_field(name, f"a whole number from 0 to {most}")
