"""What was: who met whom in a programme, for the pairings to come."""

from __future__ import annotations

from collections.abc import Iterable

from peerloom.members import Member
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.session_outcomes import is_said_to_be_held
from peerloom.mentoring.switches import apart, keep_apart
from peerloom.programmes.participants import MemberState
from peerloom.programmes.programme import Programme
from peerloom.rounds import History, PastGroup


def history(
    programme: Programme,
    *,
    with_current: bool = True,
    before: int | None = None,
    members: Iterable[str] | None = None,
) -> History:
    """Give who was with whom, round by round, for pairing.

    A group that never held a session has not met: its people may be put together again.

    Parameters
    ----------
    programme
        Any.
    with_current
        Whether the groups that last count. They do for the next round, and not for a repair of
        this one.
    before
        Only rounds with a smaller number count; None for all.
    members
        Only groups with one of these people count; None for all.

    Notes
    -----
    O(n) for n such groups and their sessions.

    Examples
    --------
    >>> history(Programme(name="Evening school", private_seed=2026)).rounds
    ()
    """
    rounds: dict[int, list[PastGroup]] = {}
    groups: Iterable[PublishedGroup] = programme.groups
    if members is not None:
        found = (group for one in members for group in programme.groups.of_member(one))
        groups = {group.id: group for group in found}.values()
    for group in groups:
        counts = with_current or group.ended_at is not None
        if counts and (before is None or group.round < before):
            met = has_met(programme, group)
            rounds.setdefault(group.round, []).append(PastGroup(frozenset(group.members), met))
    return History(tuple(tuple(rounds[number]) for number in sorted(rounds)))


def has_met(programme: Programme, group: PublishedGroup) -> bool:
    """Whether a group has held a session, long or short, for whatever it was.

    The word of one is enough where nobody contradicts it, without waiting for the others: a round
    is often published in the days after the last sessions. Who met and is paired again loses more
    than who did not meet and gets somebody new.
    """
    return any(is_said_to_be_held(one) for one in programme.sessions.of_group(group.id))


def people_to_pair(programme: Programme) -> tuple[Member, ...]:
    """Give everybody who has not left, as pairing takes them.

    Asks for a switch count as private blocks, which no result shows. Use them for one pairing and
    forget them.
    """
    here = [one.profile for one in programme.members if one.state is not MemberState.LEFT]
    return keep_apart(here, apart(programme.switch_asks, programme.groups))
