"""Publishing: a draft becomes the groups of a round, or changes those of the current one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.session_changes import OPEN_STATES, cancel
from peerloom.mentoring.switches import SwitchAsk, settle
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.programme import Programme
from peerloom.programmes.rounds import Draft, RepairNote, Round


def publish(programme: Programme, *, now: datetime) -> Programme:
    """Publish the draft.

    A new round ends all groups that last; a repair ends only those that it changed. Sessions of
    ended groups that are still to come are called off, and switches that were asked for there are
    done. A goal of a member goes on by itself; see `carry_on_goal` for one of the group. Asks that
    were considered in the draft are over, also those that were declined: an ask is for one round.

    Parameters
    ----------
    programme
        With a draft.
    now
        The present moment; aware.

    Raises
    ------
    ProgrammeError
        Without a draft, for a repair of an earlier round, or where somebody in the draft has left
        or paused since.
    MomentError
        For a moment without a time zone.

    Notes
    -----
    O(n) for the groups and the records of those that end.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.drawing import draw_round, keep_draft
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada"), Member(id="bo")], now=monday)
    >>> school = keep_draft(school, draw_round(school, now=monday, seed=1), now=monday)
    >>> school = publish(school, now=monday)
    >>> school.current_group("ada").id, school.current_round.number, school.draft
    ('group-1', 1, None)
    """
    moment = utc(now, "now")
    draft = programme.draft
    if draft is None:
        raise ProgrammeError("There is no draft: draw a round or a repair first.")
    _check(programme, draft)
    latest = programme.current_round
    lasting = programme.current_groups
    if draft.repairs is None:
        number, kept = (1 if latest is None else latest.number + 1), set()
    else:
        number = draft.repairs
        kept = set(draft.groups) & {group.members for group in lasting}
    ended = [group for group in lasting if group.members not in kept]
    programme = end_groups(programme, ended, now=moment)
    fresh = [members for members in draft.groups if members not in kept]
    programme, ids = programme.numbered("groups", len(fresh))
    started = tuple(
        PublishedGroup(id=name, members=members, round=number, published_at=moment)
        for name, members in zip(ids, fresh, strict=True)
    )
    if draft.repairs is None or latest is None:
        noted = Round(number=number, published_at=moment, drawing=draft.drawing)
    else:
        note = RepairNote(
            at=moment,
            seed=draft.drawing.seed,
            ended=tuple(group.id for group in ended),
            started=ids,
            is_proven=draft.is_proven,
        )
        noted = replace(latest, repairs=(*latest.repairs, note))
    considered = {
        (ask.asker, ask.asked)
        for ask in programme.asks
        if ask.made_at is None or ask.made_at <= draft.drawn_at
    }
    return replace(
        programme,
        rounds=programme.rounds.put(noted),
        groups=programme.groups.put(*started),
        asks=programme.asks.drop(considered) if draft.repairs is None else programme.asks,
        draft=None,
    )


def end_groups(
    programme: Programme, groups: Collection[PublishedGroup], *, now: datetime
) -> Programme:
    """End groups: call off what is to come, and settle what was asked for.

    A clock that went back never ends a group before it began.
    """
    moment = utc(now, "now")
    over = [replace(group, ended_at=max(moment, group.published_at)) for group in groups]
    sessions = [
        cancel(session, session.members[0], now=moment)
        for group in groups
        for session in programme.sessions.of_group(group.id)
        if session.state in OPEN_STATES
        and session.starts_at > moment
        and not session.confirmations
        and session.members
    ]
    asks: list[SwitchAsk] = []
    for group in over:
        own = programme.switch_asks.of_group(group.id)
        asks += settle(own, group, now=max(moment, *(ask.asked_at for ask in own))) if own else []
    return replace(
        programme,
        groups=programme.groups.put(*over),
        sessions=programme.sessions.put(*sessions),
        switch_asks=programme.switch_asks.put(*asks),
    )


def without_group(programme: Programme) -> tuple[str, ...]:
    """Give the ids of everybody who takes part and is in no group now. O(members + groups)."""
    placed = {member for group in programme.current_groups for member in group.members}
    return tuple(one.id for one in programme.members if one.takes_part and one.id not in placed)


def _check(programme: Programme, draft: Draft) -> None:
    latest = programme.current_round
    if draft.repairs is not None and (latest is None or latest.number != draft.repairs):
        raise ProgrammeError("This draft repairs an earlier round: draw a new repair.")
    if not all(_takes_part(programme, group) for group in draft.groups):
        raise ProgrammeError(
            "Somebody in the draft has left or paused since it was drawn: draw it anew."
        )


def _takes_part(programme: Programme, members: Iterable[str]) -> bool:
    found = [programme.members.get(member) for member in members]
    return all(one is not None and one.takes_part for one in found)
