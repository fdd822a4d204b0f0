"""Drawing groups: a draft of a round or a repair, and what was published as a pairing again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from peerloom.asks import standing
from peerloom.grouping import groups_of
from peerloom.matchmaking import ALONE, NO_PARTNER, PAUSED, pair
from peerloom.mentoring.moments import utc
from peerloom.pairings import Group, Pairing
from peerloom.policy import Policy
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.past import history, people_to_pair
from peerloom.programmes.programme import Programme
from peerloom.programmes.rounds import Draft, Drawing
from peerloom.progress import OnProgress
from peerloom.reasons import Reason
from peerloom.repair_report import Repair
from peerloom.repairs import repair
from peerloom.rotation import Rotation, rotate
from peerloom.rounds import History
from peerloom.tasks import places, task_of

_REASONS = {reason.code: reason for reason in (PAUSED, NO_PARTNER, ALONE)}
# It calls people by their names; a drawing holds ids only, which can be erased.
_NAMING = frozenset({"worst"})


def draw_round(
    programme: Programme,
    *,
    now: datetime,
    seed: int,
    policy: Policy | None = None,
    week: date | None = None,
    size: int | None = None,
    locked: Iterable[Iterable[str]] = (),
    relax: bool = False,
    progress: OnProgress | None = None,
    time_limit: float | None = None,
) -> Pairing:
    """Put everybody who takes part into groups, after all earlier rounds.

    The same members, policy and seed give the same groups as `peerloom.pair`. Nothing is kept yet:
    look at the pairing, then `keep_draft`.

    Parameters
    ----------
    programme
        Its members, earlier groups, asks that still stand and switches decide.
    now
        The present moment; aware.
    policy
        None for that of the programme.
    seed, week, size, locked, relax, progress, time_limit
        As for `peerloom.pair`.

    Raises
    ------
    InfeasibleError, MemberError, PolicyError, WeekError
        As for `peerloom.pair`.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada"), Member(id="bo")], now=monday)
    >>> pairing = draw_round(school, now=monday, seed=1)
    >>> keep_draft(school, pairing, now=monday).draft.groups
    (('ada', 'bo'),)
    """
    return pair(
        people_to_pair(programme),
        policy=_usable(programme.policy if policy is None else policy, programme),
        history=history(programme),
        asks=standing(programme.asks, now=now),
        locked=locked,
        seed=seed,
        week=week,
        size=size,
        relax=relax,
        progress=progress,
        time_limit=time_limit,
    )


def plan_rounds(
    programme: Programme,
    *,
    rounds: int,
    seed: int,
    week: date | None = None,
    now: datetime | None = None,
    **options: Any,
) -> Rotation:
    """Plan several rounds at once, so that everybody meets somebody new as long as possible.

    Where asks stand, the first round is the one that `draw_round` gives, and the others are planned
    after it: an ask is for the next round. Keep the first round with `keep_draft`, and plan again
    when it is over, as people come and leave.

    Parameters
    ----------
    programme, seed, week
        As for `draw_round`.
    rounds
        How many.
    now
        The present moment; aware. Without it no ask counts.
    **options
        As for `peerloom.rotate`: ``size``, ``relax``, ``progress``, ``time_limit``.
    """
    earlier = history(programme)
    first: tuple[Pairing, ...] = ()
    if now is not None and standing(programme.asks, now=now):
        first = (draw_round(programme, now=now, seed=seed, week=week, **options),)
        if rounds == 1:
            return Rotation(rounds=first)
        earlier += History.of([[group.members for group in first[0].groups]])
    planned = rotate(
        people_to_pair(programme),
        rounds=rounds - len(first),
        policy=_usable(programme.policy, programme),
        history=earlier,
        seed=seed,
        week=week,
        **options,
    )
    return Rotation(rounds=(*first, *planned.rounds))


def draw_repair(
    programme: Programme,
    *,
    most_groups: int | None = None,
    locked: Iterable[Iterable[str]] = (),
    seed: int = 0,
    compare: bool = True,
) -> Repair:
    """Place everybody after people joined, left, paused or asked for a switch; change few groups.

    Nothing is kept yet: look at the difference, then `keep_repair`.

    Parameters
    ----------
    programme
        With a round that lasts.
    most_groups, locked, seed, compare
        As for `peerloom.repair`. A group in which a switch is asked for is always touched.

    Raises
    ------
    RepairError, MemberError
        As for `peerloom.repair`.
    ProgrammeError
        Before the first round.
    """
    before = current_pairing(programme)
    return repair(
        before,
        people_to_pair(programme),
        most_groups=most_groups,
        policy=before.policy,
        locked=locked,
        seed=seed,
        compare=compare,
    )


def keep_draft(programme: Programme, pairing: Pairing, *, now: datetime) -> Programme:
    """Keep groups as a draft, in the place of any other: nobody is told of them yet."""
    draft = Draft(
        drawn_at=utc(now, "now"),
        groups=tuple(group.members for group in pairing.groups),
        drawing=drawing_of(pairing),
    )
    return replace(programme, draft=draft)


def keep_repair(programme: Programme, repair: Repair, *, now: datetime) -> Programme:
    """Keep a repair of the current round as a draft.

    Raises
    ------
    ProgrammeError
        Before the first round.
    """
    draft = Draft(
        drawn_at=utc(now, "now"),
        groups=tuple(group.members for group in repair.after.groups),
        drawing=drawing_of(repair.after),
        repairs=_current(programme),
        is_proven=repair.is_proven,
    )
    return replace(programme, draft=draft)


def discard_draft(programme: Programme) -> Programme:
    """Let the draft go; without one nothing changes."""
    return programme if programme.draft is None else replace(programme, draft=None)


def drafted_pairing(programme: Programme) -> Pairing:
    """Give the draft as a pairing again, with what is known of everybody now.

    Raises
    ------
    ProgrammeError
        Without a draft.
    """
    draft = programme.draft
    if draft is None:
        raise ProgrammeError("There is no draft: draw a round or a repair first.")
    past = history(programme, with_current=draft.repairs is None)
    return _pairing(programme, draft.groups, draft.drawing, past)


def current_pairing(programme: Programme) -> Pairing:
    """Give the groups that last as a pairing, with what is known of everybody now.

    Scores are those of today's answers; the bound is that of the day of the drawing.

    Raises
    ------
    ProgrammeError
        Before the first round.
    """
    number = _current(programme)
    groups = [group.members for group in programme.current_groups]
    past = history(programme, with_current=False)
    return _pairing(programme, groups, programme.rounds[number].drawing, past)


def drawing_of(pairing: Pairing) -> Drawing:
    """Give what is kept of how groups were drawn: ids and figures, and no name."""
    certificate = pairing.certificate().to_dict()
    sentences = [one for one in certificate["sentences"] if one["code"] not in _NAMING]
    return Drawing(
        policy=pairing.policy,
        seed=pairing.seed,
        week=pairing.week,
        size=pairing.size,
        score=pairing.score,
        upper_bound=pairing.upper_bound,
        locked=pairing.locked,
        asked=tuple(sorted(pairing.asked)),
        not_paired={member: reason.code for member, reason in pairing.not_paired.items()},
        certificate={**certificate, "sentences": sentences},
    )


def _pairing(
    programme: Programme, groups: Iterable[tuple[str, ...]], drawing: Drawing, past: History
) -> Pairing:
    known = {one.id: one.profile for one in programme.members}
    blank = tuple(
        Group(members=members, names=members, score=0, common_minutes=0)
        for members in sorted(groups)
        if all(one in known for one in members)
    )
    pairing = Pairing(
        groups=blank,
        score=drawing.score,
        upper_bound=drawing.upper_bound,
        not_paired=_not_paired(drawing),
        policy=drawing.policy,
        seed=drawing.seed,
        week=drawing.week,
        size=drawing.size,
        members=tuple(known[one] for one in sorted(known)),
        history=past,
        locked=drawing.locked,
        asked=frozenset((one, other) for one, other in drawing.asked),
    )
    if not blank:
        return pairing
    task = task_of(pairing)
    return replace(pairing, groups=groups_of(task, places(task, blank), past))


def _not_paired(drawing: Drawing) -> dict[str, Reason]:
    return {member: _REASONS.get(code, NO_PARTNER) for member, code in drawing.not_paired.items()}


def _current(programme: Programme) -> int:
    latest = programme.current_round
    if latest is None:
        raise ProgrammeError("There are no groups yet: draw the first round and publish it.")
    return latest.number


def _usable(policy: Policy, programme: Programme) -> Policy:
    """Leave out pairs with somebody who has left: they are no slip of the pen."""
    gone = {one.id for one in programme.members if one.left_at is not None}
    if not gone:
        return policy
    kept = {
        name: tuple(pair for pair in getattr(policy, name) if not gone & set(pair))
        for name in ("never", "must")
    }
    return replace(policy, never=kept["never"], must=kept["must"])
