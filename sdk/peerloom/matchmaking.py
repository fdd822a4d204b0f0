"""The straight walk of pairing: members, policy and history become groups with a certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, pairwise

from peerloom.certificate import Certificate
from peerloom.criteria import score_model
from peerloom.errors import MemberError, PolicyError
from peerloom.members import Member, labels
from peerloom.policy import GROUP_SIZES, Policy
from peerloom.problem import Problem, inner_pairs
from peerloom.reasons import N_, Reason
from peerloom.rounds import History
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
        person counts once.
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
        return why(self.members_of(group), self.policy, self.week, self.history)

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
    seed: int = 0,
    week: date | None = None,
    size: int | None = None,
) -> Pairing:
    """Put everybody into the best groups, and prove how good they are.

    Fewest repeats come first: nobody meets a partner again while there is a way to avoid it. Then
    the highest total score counts. An odd number gives one trio.

    Parameters
    ----------
    members
        In any order: the order has no influence.
    policy
        A policy, or the name of a preset.
    history
        Earlier rounds, so that people meet somebody new.
    seed
        Chooses among groupings that are equally good.
    week
        Any day of the ISO week whose UTC offsets count for common time. None means the fixed
        `REFERENCE_WEEK`, so that a result does not depend on the day it was made.
    size
        People in a group, 2 to 5; None for the policy's.

    Returns
    -------
    Pairing
        With members who are paused, or alone, in `Pairing.not_paired`.

    Raises
    ------
    MemberError
        For an id that is used twice, or more than `MOST_MEMBERS` people.
    PolicyError
        For an unknown preset or a size outside 2 to 5.
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
    """
    policy = Policy.preset(policy) if isinstance(policy, str) else policy
    history = History() if history is None else history
    size = policy.group_size if size is None else size
    if size not in GROUP_SIZES:
        raise PolicyError(
            f"A group size is from {GROUP_SIZES[0]} to {GROUP_SIZES[-1]}, not {size!r}."
        )
    everybody = _sorted_by_id(members)
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
    problem = Problem(
        members=active,
        scores=score_model(active, policy, first_day),
        penalties=history.penalties([member.id for member in active]),
        size=size,
    )
    solution = problem.solve(seed=seed)
    groups = tuple(_group(problem, indices, first_day, history) for indices in solution.groups)
    return Pairing(
        groups=groups,
        score=solution.score,
        upper_bound=solution.upper_bound,
        not_paired=not_paired,
        policy=policy,
        seed=seed,
        week=first_day,
        size=size,
        members=everybody,
        history=history,
    )


PAUSED = Reason(code="paused", template=N_("Has paused and is not part of this round."))
ALONE = Reason(
    code="alone", template=N_("Nobody else takes part in this round, so there is no partner yet.")
)


def _sorted_by_id(members: Iterable[Member]) -> tuple[Member, ...]:
    everybody = tuple(sorted(members, key=lambda member: member.id))
    for one, other in pairwise(everybody):
        if one.id == other.id:
            raise MemberError(f'Two members have the id "{one.id}": every id is used once.')
    return everybody


def _group(problem: Problem, indices: Sequence[int], week: date, history: History) -> Group:
    members = [problem.members[index] for index in indices]
    inner = problem.scores.values(*inner_pairs([indices]))
    return Group(
        members=tuple(member.id for member in members),
        names=labels(members),
        score=int(inner.sum()) // len(inner),
        common_minutes=common_minutes(members, week),
        repeats=sum(history.times_met(one.id, other.id) for one, other in combinations(members, 2)),
    )
