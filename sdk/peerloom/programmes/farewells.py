"""The end of a group in a programme: why it ends, and what travels on with whom."""

from __future__ import annotations

from peerloom.mentoring.closing import Ending
from peerloom.mentoring.luggage import Luggage, luggage
from peerloom.programmes.programme import Programme


def ending_of(programme: Programme, group: str) -> Ending:
    """Give why a group ends, or would end now, as its members may know it.

    A group that was parted in the middle of a round, and that nobody has left, ends as after a
    switch, also where a repair needed its people elsewhere. So nobody learns who wanted what.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.drawing import draw_round, keep_draft
    >>> from peerloom.programmes.membership import join, leave
    >>> from peerloom.programmes.publishing import publish
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> people = [Member(id="ada", topics=("SQL",)), Member(id="bo", topics=("SQL",))]
    >>> school, _ = join(Programme(name="School", private_seed=1), people, now=monday)
    >>> drawn = draw_round(school, now=monday, seed=1, week=monday.date())
    >>> school = publish(keep_draft(school, drawn, now=monday), now=monday)
    >>> print(ending_of(school, "group-1"), ending_of(leave(school, "bo", now=monday), "group-1"))
    round_over somebody_left
    """
    found = programme.groups[group]
    repairs = (one for made in programme.rounds for one in made.repairs)
    is_parted = any(group in one.ended for one in repairs)
    if found.ended_at is not None and not is_parted:
        return Ending.ROUND_OVER
    people = [programme.members.get(member) for member in found.members]
    if any(one is None or one.left_at is not None for one in people):
        return Ending.SOMEBODY_LEFT
    return Ending.SWITCH if is_parted else Ending.ROUND_OVER


def luggage_of(programme: Programme, group: str, member: str) -> Luggage:
    """Give what travels on with a member when a group ends. Only this member may read it.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    GroupError
        For somebody who is not in it.
    """
    return luggage(
        programme.groups[group],
        member,
        goals=(*programme.goals.of_member(member), *programme.goals.of_group(group)),
        sessions=programme.sessions.of_group(group),
        resources=programme.resources.of_group(group),
    )
