"""The task behind a pairing, set up again: for repair, audits, draws and what-ifs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from peerloom.members import Member
from peerloom.placement import Task
from peerloom.policy import Policy
from peerloom.problem import Groups

if TYPE_CHECKING:
    from peerloom.pairings import Group, Pairing


def task_of(
    pairing: Pairing,
    *,
    members: Iterable[Member] | None = None,
    policy: Policy | None = None,
    seed: int | None = None,
) -> Task:
    """Set up what a pairing was made from, or the same for other people or another policy.

    Asks are not part of a pairing, so a one-way ask has no weight here.

    Parameters
    ----------
    pairing
        Whose history, week and size count.
    members
        Who takes part; None for everybody who is in a group.
    policy, seed
        None for those of the pairing.
    """
    if members is None:
        placed = {one for group in pairing.groups for one in group.members}
        members = (member for member in pairing.members if member.id in placed)
    people = tuple(sorted(members, key=lambda member: member.id))
    by_id = {member.id: member for member in people}
    locked = [
        tuple(by_id[one] for one in group)
        for group in pairing.locked
        if all(one in by_id for one in group)
    ]
    ids = [member.id for member in people]
    return Task.of(
        people,
        policy=pairing.policy if policy is None else policy,
        week=pairing.week,
        penalties=pairing.history.penalties(ids, size=pairing.size),
        locked=locked,
        mutual=sorted(pair for pair in pairing.asked if set(pair) <= by_id.keys()),
        seats=pairing.history.trio_seats(ids).tolist(),
        size=pairing.size,
        seed=pairing.seed if seed is None else seed,
    )


def places(task: Task, groups: Iterable[Group]) -> Groups:
    """Give groups by place; people who do not take part are left out, and groups without any."""
    place = {member.id: index for index, member in enumerate(task.members)}
    found = (tuple(place[one] for one in group.members if one in place) for group in groups)
    return tuple(group for group in found if group)
