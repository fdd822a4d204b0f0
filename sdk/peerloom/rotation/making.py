"""From members to a calendar: which rounds are planned, and what follows when all have met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from peerloom.fairness import worst_off_first
from peerloom.grouping import groups_of
from peerloom.matchmaking import Pairing, pair
from peerloom.members import Member
from peerloom.pairing import NoPartitionError
from peerloom.placement import Task
from peerloom.planning.plan import PlannedRound, Planner
from peerloom.planning.trios import Solve, solve_in_turn
from peerloom.policy import Fairness, Policy
from peerloom.problem import Problem, Solution, value
from peerloom.progress import OnProgress, Progress, Stage, Watch
from peerloom.rotation.calendar import Rotation
from peerloom.rounds import History

MOST_ROUNDS = 1000


def rotate(
    members: Iterable[Member],
    *,
    rounds: int,
    policy: Policy | str = "meetup",
    history: History | None = None,
    seed: int = 0,
    week: date | None = None,
    size: int | None = None,
    relax: bool = False,
    progress: OnProgress | None = None,
    time_limit: float | None = None,
) -> Rotation:
    """Plan several rounds at once, so that everybody meets somebody new as long as possible.

    Each round is the best one after the rounds before it, as long as the rounds to come remain
    possible.

    - Even number of people: no two are together twice in the first n - 1 rounds, always. After
      those everybody has met everybody.
    - Odd number: each round has one trio. Nobody sits in it twice more often than anybody else;
      under that rule no two people meet twice, in a pair or a trio, as long as that can be found:
      for 9 and more people up to round n - 4 (6 rounds for 9), which is as many as there can be.
      Seven people have no two such rounds, as they would need somebody to sit in the trio twice.
    - With earlier rounds, or hard rules: as long as that can be found.
    - After that: the fewest repeats, and of those the oldest.

    Parameters
    ----------
    members
        In any order: the order has no influence.
    rounds
        How many rounds, from 1 to `MOST_ROUNDS`.
    policy, history, seed, week, size, relax
        As for `pair`. Circles of three and more are planned round by round, with the fewest
        repeats in each. Two people who must be together are so in all rounds.

    progress
        Called after each round with a `Progress`: how many rounds there are, their score, its bound
        and the gap; for people who never mix, such as those of two sections, for each part from the
        first round on. If it returns True, the calendar ends with that round.
    time_limit
        End the calendar in the same way after about so many seconds. It holds the rounds that were
        found until then, one at least, each with its true gap; they depend on the machine, too.

    Returns
    -------
    Rotation
        The rounds, each a `Pairing` whose bound holds after the rounds before it and, where there
        is a trio, for those whose turn it is.

    Raises
    ------
    ValueError
        For a number of rounds outside 1 to `MOST_ROUNDS`, or a time limit that is no number of
        seconds from zero up.
    PeerloomError
        As `pair` does.

    Notes
    -----
    Every round costs as much as `pair`. As a graph on n people of whom each may meet half of the
    others has perfect pairs (Dirac), the first n / 2 rounds are never in danger. Where rounds to
    come are, they are found before a round is kept: see `peerloom.planning.completion`. If that
    search fails for an even number with no history and no rules, all rounds come from the circle
    method.

    References
    ----------
    G. A. Dirac, "Some theorems on abstract graphs", Proceedings of the London Mathematical Society
    s3-2 (1952), 69-81.
    E. Lucas, "Récréations mathématiques", volume 2 (1883), for the circle method.

    Examples
    --------
    >>> people = [Member(id=one) for one in ("ada", "bo", "cy", "di")]
    >>> rotation = rotate(people, rounds=3)
    >>> sorted(rotation.partners("ada"))
    [('bo',), ('cy',), ('di',)]
    >>> rotation.still_to_meet("ada", after=2) == rotation.partners("ada")[2]
    True
    """
    if not 1 <= rounds <= MOST_ROUNDS:
        raise ValueError(f"rounds must be from 1 to {MOST_ROUNDS}, not {rounds}")
    watch = Watch(progress, time_limit=time_limit)
    first = pair(
        members,
        policy=policy,
        history=history,
        seed=seed,
        week=week,
        size=size,
        relax=relax,
        time_limit=watch.seconds_left,
    )
    planned = None
    if first.groups and first.size == 2 and not first.relaxed:
        planned = _plan(first, rounds, watch)
    if planned is None:
        return Rotation(rounds=tuple(_one_by_one(first, rounds, watch, relax=relax)))
    return Rotation(rounds=tuple(_pairings(first, *planned)))


def _one_by_one(first: Pairing, rounds: int, watch: Watch, *, relax: bool) -> Iterator[Pairing]:
    """Make each round when those before it are known."""
    latest = first
    made = [first]
    yield latest
    while len(made) < rounds:
        if _is_told_to_stop(watch, made):
            return
        latest = pair(
            first.members,
            policy=first.policy,
            history=latest.history + _as_history(latest),
            seed=first.seed,
            week=first.week,
            size=first.size,
            relax=relax,
            time_limit=watch.seconds_left,
        )
        made.append(latest)
        yield latest


def _is_told_to_stop(watch: Watch, rounds: Sequence[Pairing | PlannedRound]) -> bool:
    """Tell how far the rounds are, and ask whether that is enough."""
    return watch.tell(
        Progress(
            stage=Stage.PLANNING,
            score=sum(one.score for one in rounds),
            upper_bound=sum(one.upper_bound for one in rounds),
            rounds=len(rounds),
        )
    )


def _plan(first: Pairing, rounds: int, watch: Watch) -> tuple[Task, list[PlannedRound]] | None:
    """Plan rounds of pairs for everybody who has a place in the first; None if that fails.

    It also fails where two who must be together may take in somebody.
    """
    placed = {member for group in first.groups for member in group.members}
    people = tuple(member for member in first.members if member.id in placed)
    ids = [member.id for member in people]
    task = Task.of(
        people,
        policy=first.policy,
        week=first.week,
        penalties=first.history.penalties(ids),
        size=2,
        seed=first.seed,
        watch=watch,
    )
    problem = task.problem()
    bound = task.bonds.must
    rest = np.setdiff1d(
        np.arange(len(people)), np.array([one for group in bound for one in group], dtype=np.int64)
    )
    parts = [rest[places] for places in problem.part(rest).separate_parts()]
    if any(len(group) == 2 for group in bound) and any(len(places) % 2 for places in parts):
        return None  # two who are bound may take in a third, in each round another one
    plans: list[list[PlannedRound]] = []
    for places in parts:
        try:
            plan = _plan_part(problem.part(places), first.history, rounds, task)
        except NoPartitionError:
            return None
        rounds = len(plan)
        plans.append(plan)
    together = value(problem.scores, bound)
    return task, [
        PlannedRound(
            groups=tuple(
                sorted(
                    (
                        *bound,
                        *(
                            tuple(places[list(group)].tolist())
                            for places, plan in zip(parts, plans, strict=True)
                            for group in plan[number].groups
                        ),
                    )
                )
            ),
            score=together + sum(plan[number].score for plan in plans),
            upper_bound=together + sum(plan[number].upper_bound for plan in plans),
        )
        for number in range(rounds)
    ]


def _plan_part(problem: Problem, history: History, rounds: int, task: Task) -> list[PlannedRound]:
    """Plan rounds for people who can mix: without repeats first, then with as few as needed."""
    ids = [member.id for member in problem.members]
    met = history.penalties(ids)
    solve = _solver(task)
    # Once another part has ended early, this one only has to follow it.
    has_to_follow = task.watch.is_stopped
    is_stopped = False

    def told(planned: Sequence[PlannedRound]) -> bool:
        nonlocal is_stopped
        is_stopped = not has_to_follow and _is_told_to_stop(task.watch, planned)
        return is_stopped

    planned = Planner(
        problem=replace(problem, penalties=problem.penalties.none()),
        met=frozenset(zip(met.tails.tolist(), met.heads.tolist(), strict=True)),
        seats=tuple(history.trio_seats(ids).tolist()),
        solve=solve,
        seed=task.seed,
    ).plan(rounds, told)
    while len(planned) < rounds and not is_stopped:
        so_far = history + History.of(
            [[ids[one] for one in group] for group in one.groups] for one in planned
        )
        again = replace(problem, penalties=so_far.penalties(ids))
        found = None
        if len(ids) % 2:
            found = solve_in_turn(again, so_far.trio_seats(ids).tolist(), solve)
        found = solve(again) if found is None else found
        planned.append(PlannedRound(found.groups, found.score, found.upper_bound))
        told(planned)
    return planned


def _solver(task: Task) -> Solve:
    if task.policy.fairness is Fairness.WORST_OFF_FIRST:
        return lambda problem: _fair(problem, task)
    return lambda problem: problem.solve(seed=task.seed, progress=task.watch.stopper())


def _fair(problem: Problem, task: Task) -> Solution:
    """Give the fairest groups with a bound that holds for all groups, also for less fair ones."""
    fair = worst_off_first(problem, seed=task.seed, progress=task.watch.stopper())
    return replace(fair.solution, upper_bound=fair.plain.upper_bound)


def _pairings(first: Pairing, task: Task, planned: Iterable[PlannedRound]) -> Iterator[Pairing]:
    """Make each planned round a pairing whose history is all that comes before it."""
    history = first.history
    for one in planned:
        pairing = replace(
            first,
            groups=groups_of(task, one.groups, history),
            score=one.score,
            upper_bound=one.upper_bound,
            history=history,
            price=None,
            is_trio_in_turn=any(
                len(group) == 3 and group not in task.bonds.must for group in one.groups
            ),
        )
        yield pairing
        history = history + _as_history(pairing)


def _as_history(pairing: Pairing) -> History:
    return History.of([[group.members for group in pairing.groups]])
