"""Minimal-change repair: somebody came or left, and most people keep their partners."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter

from peerloom.binding_asks import largest_group
from peerloom.bonds import bind, chains
from peerloom.errors import MemberError, RepairError
from peerloom.fallbacks import best_partners_bound
from peerloom.grouping import groups_of
from peerloom.hosting import doubled_penalty
from peerloom.matchmaking import ALONE, PAUSED, sorted_by_id
from peerloom.members import Member
from peerloom.notices import NOT_FAIR, of_policy
from peerloom.pairing import NoPartitionError
from peerloom.pairings import Group, Pairing
from peerloom.placement import Task
from peerloom.placements import Placement
from peerloom.policy import Fairness, Policy
from peerloom.problem import Groups, Problem, Solution, inner_pairs, value
from peerloom.reasons import Reason
from peerloom.regrouping_by_price import Regrouping
from peerloom.relaxations import MUST, Relaxation
from peerloom.repair_report import Repair
from peerloom.standing import Stock
from peerloom.tasks import task_of


def repair(
    pairing: Pairing,
    members: Iterable[Member],
    *,
    most_groups: int | None = None,
    policy: Policy | None = None,
    locked: Iterable[Iterable[str]] = (),
    seed: int = 0,
    compare: bool = True,
) -> Repair:
    """Place everybody after people joined, left or paused, and change few groups.

    Everybody who takes part now gets a group. The rules of the policy, locked groups, pairs that
    must be together and people who asked each other stay as they are. A pair that should be
    together and is not, as `Pairing.relaxed` says, need not come together now, unless the policy
    is another one. Where somebody left the group of two who asked each other, these two stay
    together while everybody finds a place that way. Earlier partners are avoided first, then the
    score counts. A policy that puts the worst off first is not followed in that: the groups that
    change are chosen by their total, and the report says so.

    Parameters
    ----------
    pairing
        The groups that stand.
    members
        Everybody now: who is not named has left. Answers may have changed, too.
    most_groups
        How many of the old groups may be touched at most: changed, dissolved, or left by somebody.
        None for the fewest with which everybody is placed.
    policy
        None for that of the pairing.
    locked
        Groups of ids that must stay, besides `Pairing.locked`.
    seed
        Chooses among ways that are equally good.
    compare
        Whether to pair everybody anew as well and say what that would bring.

    Returns
    -------
    Repair
        With the new `Pairing` in `Repair.after`.

    Raises
    ------
    RepairError
        Fewer groups were allowed than are needed; `RepairError.smallest` says how many are. It is
        None if the rules leave somebody without a group in any case.
    MemberError
        For an id that is used twice or a locked group that does not stand.

    Notes
    -----
    Of m groups, all choices of k are looked at while that is quick: proven for k up to 2 among 500
    groups, and for all k among some ten. Beyond, the best choices are grown by one group each, and
    if that ends, every opened group gets a price (see `peerloom.regrouping_by_price`).

    Examples
    --------
    >>> from peerloom import pair
    >>> topics = {"ada": "jazz", "bo": "jazz", "cy": "tea", "di": "tea", "eve": "tea"}
    >>> people = [Member(id=name, topics=(topic,)) for name, topic in topics.items()]
    >>> before = pair(people[:4])
    >>> repaired = repair(before, people, most_groups=1)
    >>> [group.members for group in repaired.after.groups]
    [('ada', 'bo'), ('cy', 'di', 'eve')]
    >>> print(repaired.sentences()[0])
    Groups that change: 1 of 2. People who were in a group and meet somebody new: 2.
    """
    everybody = sorted_by_id(members)
    present = tuple(member for member in everybody if not member.is_paused)
    task = _still_apart(
        task_of(pairing, members=present, policy=policy, seed=seed), _given_way(pairing, policy)
    )
    stays = {*pairing.locked, *_standing(locked, pairing)}
    if len(present) < 2:
        return _report(pairing, _after(pairing, everybody, task, (), 0, stays), most_groups)
    stock = Stock.of(pairing, task, stays)
    optimum = _solve(stock.problem, seed) if compare else None
    forced = stock.forced
    try:
        found = stock.regroup(None if most_groups is None else most_groups - forced, seed, optimum)
    except NoPartitionError:
        raise RepairError(stock.smallest(seed), most_groups) from None
    if stock.splits(found.groups):
        most = None if most_groups is None else most_groups - forced
        stock, found, optimum = _keeping_asks(task, stock, most, compare=compare) or (
            stock,
            found,
            optimum,
        )
    groups = (*stock.fixed, *stock.named(found.groups))
    if not _holds_together(task, groups):
        raise RepairError(None, most_groups)
    worth = task.problem(is_strict=False).scores
    has_fewer_repeats = (
        optimum is not None and stock.problem.penalty(found.groups) > optimum.penalty
    )
    # Two who are bound and not locked could take in one of an odd number: that is not looked at.
    is_odd = task.size == 2 and len(stock.people) % 2 == 1
    may_host = is_odd and any(
        len(group) == 2 and tuple(task.members[one].id for one in group) not in stays
        for group in stock.fixed
    )
    has_guests = _has_guests(task, stock.fixed, stays)
    is_loose = has_fewer_repeats or may_host or has_guests
    if optimum is None or is_loose or _is_special(task, stock, found, optimum):
        bound = best_partners_bound(task.problem(is_strict=False), range(len(present)))
    else:
        bound = optimum.upper_bound + value(worth, stock.fixed)
    after = _after(pairing, everybody, task, groups, bound, stays)
    # The only way to touch nothing is proven; other exceptions from rules are not looked at.
    is_same = not most_groups and {one.members for one in after.groups} == {
        one.members for one in pairing.groups
    }
    is_sure = not may_host and not has_guests and not _has_exception(task, groups)
    is_proven = is_same or (found.is_proven and is_sure)
    report = _report(pairing, after, most_groups, is_proven=is_proven)
    if optimum is None:
        return report
    if all(tuple(task.members[one].id for one in group) in stays for group in stock.fixed):
        anew = Placement(
            groups=(*stock.fixed, *stock.named(optimum.groups)),
            score=optimum.score + value(worth, stock.fixed),
            upper_bound=bound,
        )
    else:
        total = replace(task.policy, fairness=Fairness.TOTAL)
        standing = replace(pairing, locked=tuple(sorted(stays)))
        anew = task_of(standing, members=present, policy=total, seed=seed).place()
        if anew.unplaced:
            return report
        has_fewer_repeats = stock.whole.penalty(groups) > stock.whole.penalty(anew.groups)
    return replace(
        report,
        anew=anew.score,
        touched_anew=len(
            {group.members for group in pairing.groups}
            - {tuple(task.members[one].id for one in group) for group in anew.groups}
        ),
        fewer_repeats=has_fewer_repeats,
    )


def _given_way(pairing: Pairing, policy: Policy | None) -> frozenset[tuple[str, ...]]:
    """Name the pairs of ids who should be together under the same policy, and are not."""
    if policy is not None and policy != pairing.policy:
        return frozenset()
    return frozenset(one.members for one in pairing.relaxed if one.rule == MUST)


def _still_apart(task: Task, given_way: Collection[tuple[str, ...]]) -> Task:
    """Ask for nothing of pairs who should be together and were not before."""
    members = task.members
    pairs = {
        (one, other)
        for one, other in task.bonds.wanted
        if (members[one].id, members[other].id) not in given_way
    }
    if len(pairs) == len(task.bonds.wanted):
        return task
    bonds = bind(
        [[members[one] for one in group] for group in task.bonds.locked],
        pairs,
        members,
        apart=task.rules.apart,
        largest=largest_group(len(members), task.size),
    )
    return replace(task, bonds=bonds)


def _standing(locked: Iterable[Iterable[str]], pairing: Pairing) -> Iterator[tuple[str, ...]]:
    standing = {group.members for group in pairing.groups}
    for ids in locked:
        group = tuple(sorted(ids))
        if group not in standing:
            raise MemberError(f"A locked group does not stand: {', '.join(group)}.")
        yield group


def _keeping_asks(
    task: Task, stock: Stock, most: int | None, *, compare: bool
) -> tuple[Stock, Regrouping, Solution | None] | None:
    """Keep people together who asked each other, as pairs or with somebody who is left over.

    None where not everybody finds a place that way.
    """
    found = []
    as_pairs = stock.keeping_asks(task.size)
    hosting = as_pairs.hosting(task)
    ways = [(as_pairs, most)] if hosting is None else [(as_pairs, most), (hosting, 0)]
    scores = task.problem(is_strict=False).scores
    for one, allowed in ways:
        optimum = _solve(one.problem, task.seed) if compare else None
        try:
            regrouping = one.regroup(allowed, task.seed, optimum)
        except NoPartitionError:
            continue
        groups = (*one.fixed, *one.named(regrouping.groups))
        if _holds_together(task, groups):
            opened = regrouping.opened if most is None else 0
            merit = (-opened, -doubled_penalty(one.whole, groups), value(scores, groups))
            found.append((merit, (one, regrouping, optimum)))
    return max(found, key=itemgetter(0))[1] if found else None


def _has_guests(task: Task, fixed: Groups, stays: Collection[tuple[str, ...]]) -> bool:
    """Tell whether a group is kept whole that others could leave, or a circle that could grow.

    That they could is not looked at.
    """
    belong = chains([*task.bonds.must_pairs, *task.mutual])
    return any(
        (task.size > 2 or (len(group) > 2 and not any({*group} <= {*one} for one in belong)))
        and tuple(task.members[one].id for one in group) not in stays
        for group in fixed
    )


def _is_special(task: Task, stock: Stock, found: Regrouping, optimum: Solution) -> bool:
    """Tell whether groups are of another shape than new ones, or stand on an exception.

    Then the best new groups bound nothing.
    """
    sizes, sizes_anew = (sorted(map(len, one.groups)) for one in (found, optimum))
    is_taken_in = any(len(group) > 2 and group not in task.bonds.must for group in stock.fixed)
    groups = (*stock.fixed, *stock.named(found.groups))
    return sizes != sizes_anew or (task.size == 2 and is_taken_in) or _has_exception(task, groups)


def _has_exception(task: Task, groups: Groups) -> bool:
    return bool(task.rules.costs(*inner_pairs(groups)).any())


def _holds_together(task: Task, groups: Groups) -> bool:
    """Tell whether everybody who must be together is."""
    return all(any({*two} <= {*group} for group in groups) for two in task.bonds.must_pairs)


def _solve(problem: Problem, seed: int) -> Solution | None:
    try:
        return problem.solve(seed=seed)
    except NoPartitionError:
        return None


def _after(
    pairing: Pairing,
    everybody: tuple[Member, ...],
    task: Task,
    groups: Groups,
    upper_bound: int,
    stays: Collection[tuple[str, ...]],
) -> Pairing:
    """Put the new pairing together."""
    known = _unchanged(pairing, task, everybody)
    names = [tuple(task.members[one].id for one in group) for group in sorted(groups)]
    new = [group for ids, group in zip(names, sorted(groups), strict=True) if ids not in known]
    known |= {group.members: group for group in groups_of(task, new, pairing.history)}
    made = tuple(known[ids] for ids in names)
    score = value(task.problem(is_strict=False).scores, groups)
    together = [set(group.members) for group in made]
    not_paired = {member.id: PAUSED for member in everybody if member.is_paused}
    if not groups:
        not_paired |= {member.id: ALONE for member in task.members}
    return replace(
        pairing,
        groups=made,
        score=score,
        upper_bound=max(score, upper_bound),
        not_paired=dict(sorted(not_paired.items())),
        policy=task.policy,
        seed=task.seed,
        members=everybody,
        relaxed=tuple(_still_relaxed(pairing, task, together)),
        locked=tuple(group.members for group in made if group.members in stays),
        asked=frozenset(two for two in pairing.asked if any({*two} <= group for group in together)),
        price=None,
        notes=tuple(_notes(task, everybody)),
    )


def _still_relaxed(
    pairing: Pairing, task: Task, groups: Sequence[Collection[str]]
) -> Iterator[Relaxation]:
    """List what did not hold before and does not now."""
    present = {member.id for member in task.members}
    must = {tuple(sorted(two)) for two in task.policy.must}
    for one in pairing.relaxed:
        is_together = any({*one.members} <= {*group} for group in groups)
        if one.rule == MUST:
            if not is_together and present.issuperset(one.members) and one.members in must:
                yield one
        elif is_together:
            yield one


def _notes(task: Task, everybody: Sequence[Member]) -> Iterator[Reason]:
    if task.policy.fairness is Fairness.WORST_OFF_FIRST:
        yield NOT_FAIR
    yield from of_policy(task.policy, everybody, size=task.size)


def _unchanged(
    pairing: Pairing, task: Task, everybody: Iterable[Member]
) -> dict[tuple[str, ...], Group]:
    """Give the old groups by their ids whose people said nothing new."""
    if task.policy != pairing.policy:
        return {}
    now = {member.id: member for member in everybody}
    before = {member.id: member for member in pairing.members}
    same = {one for one, member in before.items() if now.get(one) == member}
    return {group.members: group for group in pairing.groups if same.issuperset(group.members)}


def _report(
    before: Pairing, after: Pairing, most_groups: int | None, *, is_proven: bool = True
) -> Repair:
    """Compare two pairings."""
    old = {one: set(group.members) for group in before.groups for one in group.members}
    new = {one: set(group.members) for group in after.groups for one in group.members}
    stand = {group.members for group in after.groups}
    touched = tuple(group.members for group in before.groups if group.members not in stand)
    return Repair(
        before=before,
        after=after,
        touched=touched,
        most_groups=len(touched) if most_groups is None else most_groups,
        joined=tuple(sorted(new.keys() - old.keys())),
        left=tuple(sorted(old.keys() - new.keys())),
        moved=tuple(sorted(one for one in old.keys() & new.keys() if new[one] - old[one])),
        is_proven=is_proven,
    )
