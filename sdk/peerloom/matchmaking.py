"""The straight walk of pairing: members, policy and history become groups with a certificate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from peerloom.asks import Ask, mutual_and_one_way
from peerloom.bonds import read_locked
from peerloom.errors import InfeasibleError, MemberError, PolicyError
from peerloom.grouping import groups_of
from peerloom.lottery import digest_of
from peerloom.members import Member
from peerloom.notices import NOT_FAIR, of_asks, of_policy
from peerloom.pairing.partition import whole_seed
from peerloom.pairings import Group, Pairing
from peerloom.placement import Task
from peerloom.placements import Placement
from peerloom.policy import GROUP_SIZES, Fairness, Policy
from peerloom.progress import OnProgress, Watch
from peerloom.reasons import N_, Reason
from peerloom.rounds import History
from peerloom.rules import refuse_unknown_names
from peerloom.weeks import monday

__all__ = ["ALONE", "NO_PARTNER", "PAUSED", "Group", "Pairing", "pair", "sorted_by_id"]

MOST_IN_CIRCLES = 5000
"""Circles keep every two people in memory, so twice as many people need four times as much."""


def pair(
    members: Iterable[Member],
    *,
    policy: Policy | str = "meetup",
    history: History | None = None,
    asks: Iterable[Ask] = (),
    locked: Iterable[Iterable[str]] = (),
    seed: int = 0,
    week: date | None = None,
    size: int | None = None,
    relax: bool = False,
    progress: OnProgress | None = None,
    time_limit: float | None = None,
) -> Pairing:
    """Put everybody into the best groups, and prove how good they are.

    Hard rules always hold: nobody is with somebody whom they blocked. Then fewest repeats come
    first: nobody meets a partner again while there is a way to avoid it. Then the highest total
    score counts. An odd number gives one trio; of trios that are equally good, one of people who
    sat in a trio most seldom.

    When an even number of people have met half of the others, pairs are chosen so that as many
    rounds as possible can follow without a repeat. The score may then be below its bound.

    Parameters
    ----------
    members
        In any order: the order has no influence.
    policy
        A policy, or the name of a preset.
    history
        Earlier rounds, so that people meet somebody new.
    asks
        Who asks whom to be partners; see `peerloom.asks.standing` for those that have expired. Two
        who ask each other are put together, unless a hard rule forbids it. An ask of one side adds
        `Policy.ask_points`, so the score of a pair can exceed `FULL_SCORE`. No reason and no
        group score shows an ask of one side; only the total of very few groups can tell of one.
        Of several mutual asks of one person as many hold as can. `Pairing.notes` count those that
        do not, and asks of people who do not take part or whom nobody knows.
    locked
        Groups of ids that stay exactly as they are, even against the rules of the policy. Only
        where somebody would be alone beside them does one take somebody in; that is an exception
        which `relax` allows.
    seed
        Chooses among groupings that are equally good.
    week
        Any day of the ISO week whose UTC offsets count for common time. None means the fixed
        `REFERENCE_WEEK`, so that a result does not depend on the day it was made.
    size
        People in a group, 2 to 5; None for the policy's.
    relax
        Whether rules may give way when they cannot all hold: the fewest, listed in
        `Pairing.relaxed`. "Never" and a private block never give way.
    progress
        Called now and then with a `Progress`: the score so far (None while there are no groups),
        its bound and its gap. If it returns True the run ends with the best groups found so far,
        and their true gap.
    time_limit
        End the run in the same way after about so many seconds. The groups then depend on the
        machine, too.

    Returns
    -------
    Pairing
        With members who are paused, or for whom there is no partner, in `Pairing.not_paired`.

    Raises
    ------
    InfeasibleError
        The hard rules cannot all hold, and `relax` is False: says the smallest exceptions.
    MemberError
        For an id that is used twice, a locked group that cannot be, or more than
        `MOST_IN_CIRCLES` people in circles.
    PolicyError
        For an unknown preset, a size outside 2 to 5, or rules that name somebody unknown.
    ValueError
        For a time limit that is no number of seconds from zero up, or a seed that is no whole
        number from 0 up.
    WeekError
        For a week outside the years 1970 to 9998.

    Examples
    --------
    >>> people = [
    ...     Member(id="ada", teach=("SQL",), learn=("Git",)),
    ...     Member(id="bo", teach=("Git",), learn=("SQL",)),
    ...     Member(id="cy", teach=("Rust",)),
    ...     Member(id="di", learn=("Rust",)),
    ... ]
    >>> pairing = pair(people)
    >>> [group.members for group in pairing.groups]
    [('ada', 'bo'), ('cy', 'di')]
    >>> print(pairing.explain(pairing.groups[0])[0])
    ada can teach bo: SQL. In return bo can teach ada: Git.
    >>> pairing.gap
    0.0
    >>> [group.members for group in pair(people, locked=[["ada", "di"]]).groups]
    [('ada', 'di'), ('bo', 'cy')]
    """
    policy = Policy.preset(policy) if isinstance(policy, str) else policy
    history = History() if history is None else history
    size = policy.group_size if size is None else size
    if size not in GROUP_SIZES:
        raise PolicyError(
            f"A group size is from {GROUP_SIZES[0]} to {GROUP_SIZES[-1]}, not {size!r}."
        )
    seed = whole_seed(seed)
    everybody = sorted_by_id(members)
    of_old = {one for groups in history.rounds for group in groups for one in group.members}
    refuse_unknown_names(policy, everybody, of_old)
    kept = read_locked(locked, everybody)
    active = tuple(member for member in everybody if not member.is_paused)
    not_paired = {member.id: PAUSED for member in everybody if member.is_paused}
    if size > 2 and len(active) > MOST_IN_CIRCLES:
        raise MemberError(
            f"At most {MOST_IN_CIRCLES} people can be put into circles at once, not {len(active)}: "
            "make several rounds of fewer people, or pairs."
        )
    if len(active) == 1:
        # Nobody is put into a group of one: that would be a person without a partner, unsaid.
        not_paired |= {member.id: ALONE for member in active}
        active = ()
    first_day = monday(week)
    asks = tuple(asks)
    mutual, one_way = mutual_and_one_way(asks)
    task = Task.of(
        active,
        policy=policy,
        week=first_day,
        penalties=history.penalties([member.id for member in active], size=size),
        locked=kept,
        mutual=mutual,
        one_way=one_way,
        size=size,
        seed=seed,
        seats=history.trio_seats([member.id for member in active]).tolist(),
        watch=Watch(progress, time_limit=time_limit),
    )
    placement = task.place()
    if placement.relaxed and not relax:
        raise InfeasibleError(placement.relaxed)
    not_paired |= {active[index].id: NO_PARTNER for index in placement.unplaced}
    groups = groups_of(task, placement.groups, history)
    return Pairing(
        groups=groups,
        score=placement.score,
        upper_bound=placement.upper_bound,
        not_paired=dict(sorted(not_paired.items())),
        policy=policy,
        seed=seed,
        week=first_day,
        size=size,
        members=everybody,
        history=history,
        relaxed=placement.relaxed,
        locked=tuple(
            tuple(active[one].id for one in group)
            for group in task.bonds.locked
            if group in placement.groups
        ),
        asked=mutual & {two for group in groups for two in combinations(group.members, 2)},
        price=placement.price,
        wishes_digest=digest_of(
            [sorted(mutual), sorted(one_way), sorted(tuple(one.id for one in two) for two in kept)]
        ),
        notes=tuple(_notes(task, asks, groups, everybody, of_old, placement)),
    )


def _notes(
    task: Task,
    asks: Sequence[Ask],
    groups: Sequence[Group],
    members: Sequence[Member],
    of_old: Collection[str],
    placement: Placement,
) -> Iterator[Reason]:
    """Say which asks and rules had no effect."""
    if task.policy.fairness is Fairness.WORST_OFF_FIRST and placement.is_by_total:
        yield NOT_FAIR
    yield from of_asks(
        asks,
        [group.members for group in groups],
        active={member.id for member in members if not member.is_paused},
        apart={frozenset(task.members[one].id for one in pair) for pair in task.rules.apart},
        known={member.id for member in members}.union(of_old),
    )
    yield from of_policy(task.policy, members, size=task.size)


PAUSED = Reason(code="paused", template=N_("Has paused and is not part of this round."))
NO_PARTNER = Reason(code="no_partner", template=N_("There is no partner this time."))
ALONE = Reason(
    code="alone", template=N_("Nobody else takes part in this round, so there is no partner yet.")
)


def sorted_by_id(members: Iterable[Member]) -> tuple[Member, ...]:
    """Sort members by their ids, and refuse an id that is used twice."""
    everybody = tuple(sorted(members, key=lambda member: member.id))
    for one, other in pairwise(everybody):
        if one.id == other.id:
            raise MemberError(f'Two members have the id "{one.id}": every id is used once.')
    return everybody
