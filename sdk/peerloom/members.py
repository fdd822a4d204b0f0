"""Who people are: what they told us, and nothing that was guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from peerloom.availability import Availability
from peerloom.errors import MemberError
from peerloom.zones import zone

LEVELS = range(1, 6)
"""From 1, just starting, to 5, could teach it."""
ROUNDS_OF_EXPERIENCE = range(1001)

_NEVER = Availability()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in a programme. Only the id must be known.

    Parameters
    ----------
    id
        What tells this person from every other one; never shown where there is a name.
    name
        As people call them; may be missing.
    email
        For the organizer's own mail. It is never used for pairing and never part of a reason.
    level
        1 to 5, or None when not known.
    teach, learn
        What they can teach and what they want to learn. Upper and lower case mean the same.
    topics, challenges, goals
        What they care about, struggle with and want to reach, in any words.
    languages
        The languages in which they can talk.
    formats
        How they like to meet, such as "online" or "in person".
    experience
        In how many rounds of pairing they have taken part, or None when not known.
    section
        Their section or group in the course.
    timezone
        An IANA name such as ``Europe/Berlin``.
    availability
        Weekly free time on their own clock.
    is_paused
        Whether they sit out this round.
    columns
        What else a file said about them; it counts only where a policy names it.
    blocked
        Ids of people with whom they do not want to be together. Private: never shown, never
        written anywhere by this package, and never part of a reason.
    protected
        What they told about who they are, only for the rules "mix" and "nobody alone". Private in
        the same way.

    Raises
    ------
    MemberError
        For an empty id, a level outside 1 to 5, or an experience outside 0 to 1000.
    UnknownZoneError
        For a time zone that is not in the IANA database.

    Examples
    --------
    >>> ada = Member(id="ada", teach=("SQL",), availability=Availability.parse("Mon 18:00-20:00"))
    >>> ada.display_name
    'ada'
    """

    id: str
    name: str = ""
    email: str = ""
    level: int | None = None
    teach: tuple[str, ...] = ()
    learn: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    experience: int | None = None
    section: str = ""
    timezone: str = "UTC"
    availability: Availability = _NEVER
    is_paused: bool = False
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    blocked: tuple[str, ...] = field(default=(), repr=False)
    protected: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)

    def __post_init__(self) -> None:
        if not self.id:
            raise MemberError("Every member needs an id.")
        if self.level is not None and not _is_among(self.level, LEVELS):
            raise MemberError(
                f"A level is a whole number from {LEVELS[0]} to {LEVELS[-1]}, not {self.level!r}."
            )
        if self.experience is not None and not _is_among(self.experience, ROUNDS_OF_EXPERIENCE):
            raise MemberError(
                f"Experience is a number of rounds from 0 to {ROUNDS_OF_EXPERIENCE[-1]}, "
                f"not {self.experience!r}."
            )
        zone(self.timezone)

    @property
    def display_name(self) -> str:
        """The name, or the id of somebody whose name is not known."""
        return self.name or self.id


def _is_among(value: int, allowed: range) -> bool:
    return type(value) is int and value in allowed


def labels(members: Sequence[Member]) -> tuple[str, ...]:
    """Display names that tell these members apart: two Adas get their ids beside the name.

    Examples
    --------
    >>> labels([Member(id="7", name="Ada"), Member(id="8", name="Ada"), Member(id="9")])
    ('Ada (7)', 'Ada (8)', '9')
    """
    names = [member.display_name for member in members]
    if len(set(names)) == len(names):
        return tuple(names)
    counts = Counter(names)
    return tuple(
        name if counts[name] == 1 else f"{name} ({member.id})"
        for name, member in zip(names, members, strict=True)
    )
