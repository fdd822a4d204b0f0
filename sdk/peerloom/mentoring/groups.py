"""Groups of a published round: who works with whom, since when, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peerloom.mentoring.errors import GroupError
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedGroup:
    """A group that its members know of.

    Parameters
    ----------
    id
        What tells it from every other group of the programme.
    members
        Ids of two or more people; kept sorted.
    round
        The number of the round, counted from 1.
    published_at
        When the members were told; aware, kept in UTC.
    ended_at
        When it ended, by a new round, a switch or a repair; None while it lasts.

    Raises
    ------
    GroupError
        For fewer than two different members, or an end before the start.
    MomentError
        For a moment without a time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("bo", "ada"), round=1, published_at=monday)
    >>> pair.members, pair.others("bo")
    (('ada', 'bo'), ('ada',))
    """

    id: str
    members: tuple[str, ...]
    round: int
    published_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        for member in self.members:
            identifier(member, "members")
        if len(self.members) < 2 or len(set(self.members)) < len(self.members):
            raise GroupError.of_field("members", "the ids of two or more different people")
        object.__setattr__(self, "members", tuple(sorted(self.members)))
        if type(self.round) is not int or self.round < 1:
            raise GroupError.of_field("round", "a whole number from 1 up")
        object.__setattr__(self, "published_at", utc(self.published_at, "published_at"))
        if self.ended_at is not None:
            object.__setattr__(self, "ended_at", utc(self.ended_at, "ended_at"))
            if self.ended_at < self.published_at:
                raise GroupError.of_field("ended_at", 'a moment not before "published_at"')

    def others(self, member: str) -> tuple[str, ...]:
        """Give the partners of a member.

        Raises
        ------
        GroupError
            For somebody who is not in this group.
        """
        if member not in self.members:
            raise GroupError("This person is not in this group: choose one of its members.")
        return tuple(one for one in self.members if one != member)
