"""The straight walk of pairing: members, policy and history become groups with a certificate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, pairwise

from peerloom.asks import Ask, mutual_and_one_way
from peerloom.bonds import read_locked
from peerloom.certificate import Certificate
from peerloom.errors import InfeasibleError, MemberError, PolicyError
from peerloom.fairness import Price
from peerloom.members import Member, labels
from peerloom.placement import Task
from peerloom.policy import GROUP_SIZES, Policy
from peerloom.problem import inner_pairs
from peerloom.reasons import N_, Reason
from peerloom.relaxations import Relaxation
from peerloom.rounds import History
from peerloom.rules import refuse_unknown_names
from peerloom.weeks import common_minutes, monday
from peerloom.why import why

COMMON_HOUR = 60
MOST_MEMBERS = 5000
"""Every two people are compared, so twice as many people need four times the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who walk together for one round.

    Parameters
    ----------
    members
        Their ids, sorted.
    names
        What to call them, in the same order.
    score
        The mean of their pair scores, 0 to `FULL_SCORE`.
    common_minutes
        Weekly minutes in which all of them are free.
    repeats
        How often two of them were together in earlier rounds, summed over the pairs.
    """

    members: tuple[str, ...]
    names: tuple[str, ...]
    score: int
    common_minutes: int
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The groups of one round and everything that made them.

    Parameters
    ----------
    groups
        Everybody who takes part is in exactly one.
    score
        Sum over the groups of their inner pair scores, divided by the group size less one: each
        person counts once. Asks add to it, but never to the score of a single group.
    upper_bound
        No grouping of these people with no more repeats can score more: proven, not estimated.
    not_paired
        Ids of members who are in no group, with the reason.
    policy, seed, week, size
        How it was made. The same members, history and these give the same groups.
    members
        Everybody, sorted by id.
    history
        The earlier rounds that were avoided.
    relaxed
        Hard rules that do not hold, and for whom.
    locked
        The groups that were to stay as they are, as ids.
    asked
        Pairs of ids who asked each other and are together.
    price
        What worst-off first costs, where the policy asks for it.
    """

    groups: tuple[Group, ...]
    score: int
    upper_bound: int
    not_paired: Mapping[str, Reason] = field(hash=False)
    policy: Policy
    seed: int
    week: date
    size: int
    members: tuple[Member, ...]
    history: History
    relaxed: tuple[Relaxation, ...] = ()
    locked: tuple[tuple[str, ...], ...] = ()
    asked: frozenset[tuple[str, str]] = frozenset()
    price: Price | None = None

    @property
    def gap(self) -> float:
        """How far the score may be from the best: 0.0 is proven best, 0.01 is at most 1 %."""
        return (self.upper_bound - self.score) / self.upper_bound if self.upper_bound else 0.0

    @property
    def worst(self) -> Group | None:
        """The group with the lowest score; of several, the one with least common time."""
        return min(
            self.groups,
            key=lambda group: (group.score, group.common_minutes, group.members),
            default=None,
        )

    @property
    def without_common_hour(self) -> tuple[Group, ...]:
        """The groups that have less than one hour a week in common."""
        return tuple(group for group in self.groups if group.common_minutes < COMMON_HOUR)

    def explain(self, group: Group) -> tuple[Reason, ...]:
        """Say why this group is a group, the strongest reason first.

        Raises
        ------
        ValueError
            For a group of another pairing.
        """
        reasons = why(self.members_of(group), self.policy, self.week, self.history)
        return (*self._asks_of(group), *reasons)

    def _asks_of(self, group: Group) -> Iterator[Reason]:
        """Say who asked each other; an ask of one side stays private."""
        names = dict(zip(group.members, group.names, strict=True))
        for one, other in combinations(group.members, 2):
            if (one, other) in self.asked:
                yield Reason(
                    code="asked_each_other",
                    template=N_("{one} and {other} asked for each other."),
                    values={"one": names[one], "other": names[other]},
                )

    def members_of(self, group: Group) -> tuple[Member, ...]:
        """Give the members of a group.

        Raises
        ------
        ValueError
            For a group of another pairing.
        """
        if group not in self.groups:
            raise ValueError("the group is not one of this pairing")
        wanted = set(group.members)
        return tuple(member for member in self.members if member.id in wanted)

    def certificate(self) -> Certificate:
        """Say what is proven about the whole, in plain words."""
        return Certificate(
            people=sum(len(group.members) for group in self.groups),
            groups=len(self.groups),
            score=self.score,
            upper_bound=self.upper_bound,
            gap=self.gap,
            worst=self.worst,
            without_common_hour=self.without_common_hour,
            repeated=tuple(group for group in self.groups if group.repeats),
            has_history=bool(self.history),
            not_paired=len(self.not_paired),
            seed=self.seed,
            week=self.week,
            policy=self.policy.name,
        )

    def to_csv(self) -> str:
        """Write one line for each person, safe to open in a spreadsheet."""
        from peerloom.formats.pairing_csv import to_csv  # formats import this module

        return to_csv(self)

    def to_markdown(self) -> str:
        """Write a page for a wiki, a chat or a repository. It holds no e-mail addresses."""
        from peerloom.formats.pairing_markdown import to_markdown  # formats import this module

        return to_markdown(self)

    def to_json(self) -> str:
        """Write everything but e-mail addresses, for programs."""
        from peerloom.formats.pairing_json import to_json  # formats import this module

        return to_json(self)


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
) -> Pairing:
    """Put everybody into the best groups, and prove how good they are.

    Hard rules always hold: nobody is with somebody whom they blocked. Then fewest repeats come
    first: nobody meets a partner again while there is a way to avoid it. Then the highest total
    score counts. An odd number gives one trio.

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
        `Policy.ask_points`, so the score of a pair can exceed `FULL_SCORE`. No reason, file or
        group score shows an ask of one side.
    locked
        Groups of ids that stay exactly as they are, even against the rules of the policy.
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

    Returns
    -------
    Pairing
        With members who are paused, or for whom there is no partner, in `Pairing.not_paired`.

    Raises
    ------
    InfeasibleError
        The hard rules cannot all hold, and `relax` is False: says the smallest exceptions.
    MemberError
        For an id that is used twice, a locked group that cannot be, or more than `MOST_MEMBERS`
        people.
    PolicyError
        For an unknown preset, a size outside 2 to 5, or rules that name somebody unknown.
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
    everybody = _sorted_by_id(members)
    of_old = {one for groups in history.rounds for group in groups for one in group.members}
    refuse_unknown_names(policy, everybody, of_old)
    kept = read_locked(locked, everybody)
    active = tuple(member for member in everybody if not member.is_paused)
    not_paired = {member.id: PAUSED for member in everybody if member.is_paused}
    if len(active) > MOST_MEMBERS:
        raise MemberError(
            f"At most {MOST_MEMBERS} people can be paired at once, not {len(active)}: "
            "make several rounds of fewer people."
        )
    if len(active) == 1:
        # Nobody is put into a group of one: that would be a person without a partner, unsaid.
        not_paired |= {member.id: ALONE for member in active}
        active = ()
    first_day = monday(week)
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
    )
    placement = task.place()
    if placement.relaxed and not relax:
        raise InfeasibleError(placement.relaxed)
    not_paired |= {active[index].id: NO_PARTNER for index in placement.unplaced}
    groups = tuple(group_of(task, indices, history) for indices in placement.groups)
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
        locked=tuple(tuple(active[one].id for one in group) for group in task.bonds.locked),
        asked=frozenset(
            pair for pair in mutual if any(set(pair) <= set(group.members) for group in groups)
        ),
        price=placement.price,
    )


PAUSED = Reason(code="paused", template=N_("Has paused and is not part of this round."))
NO_PARTNER = Reason(code="no_partner", template=N_("There is no partner this time."))
ALONE = Reason(
    code="alone", template=N_("Nobody else takes part in this round, so there is no partner yet.")
)


def _sorted_by_id(members: Iterable[Member]) -> tuple[Member, ...]:
    everybody = tuple(sorted(members, key=lambda member: member.id))
    for one, other in pairwise(everybody):
        if one.id == other.id:
            raise MemberError(f'Two members have the id "{one.id}": every id is used once.')
    return everybody


def group_of(task: Task, indices: Sequence[int], history: History) -> Group:
    """Say what is known about some people as a group, by index."""
    members = [task.members[index] for index in indices]
    inner = task.scores.values(*inner_pairs([indices]))
    return Group(
        members=tuple(member.id for member in members),
        names=labels(members),
        score=int(inner.sum()) // len(inner),
        common_minutes=common_minutes(members, task.week),
        repeats=sum(history.times_met(one.id, other.id) for one, other in combinations(members, 2)),
    )
