"""What a programme decides once for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.mentoring.health_plan import HealthPlan
from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.nudge_plan import NudgePlan
from peerloom.mentoring.session_outcomes import SILENCE_DAYS
from peerloom.programmes.errors import ProgrammeError
from peerloom.zones import zone

MOST_SILENCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for the whole programme, beside its policy.

    Parameters
    ----------
    silence_days
        After so many days silence goes along with what others said of a session, 0 to 60.
    nudges
        When nudges are due; None for what suits the rhythm of the policy.
    health
        From when on a group needs a look, and when staff see it; None for what suits the rhythm
        of each group.
    help_link
        Where the institution helps people who are not well.
    timezone
        On whose clock staff read and write moments; an IANA name.

    Raises
    ------
    ProgrammeError
        For a number outside its bounds.
    UnknownZoneError
        For a time zone that is not in the IANA database.
    """

    silence_days: int = SILENCE_DAYS
    nudges: NudgePlan | None = None
    health: HealthPlan | None = None
    help_link: HelpLink | None = None
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if type(self.silence_days) is not int or not 0 <= self.silence_days <= MOST_SILENCE:
            expected = f"a whole number from 0 to {MOST_SILENCE}"
            raise ProgrammeError.of_field("silence_days", expected)
        zone(self.timezone)
