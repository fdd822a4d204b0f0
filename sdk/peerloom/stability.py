"""Stability: the pairs of people who would both rather be with each other.

After D. Gale and L. Shapley, "College admissions and the stability of marriage", American
Mathematical Monthly 69 (1962): a pair that both sides prefer to what they have blocks a grouping.
The best total often has some, and no grouping at all need be without them, so this is a finding
and no fault.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from peerloom.criteria import score_model
from peerloom.problem import Problem, inner_pairs
from peerloom.reasons import N_, Reason
from peerloom.tasks import places, task_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from peerloom.pairing.weights import IntArray
    from peerloom.pairings import Pairing

LISTED = 20
"""So many blocking pairs are listed unless more are asked for."""

_BLOCK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingPair:
    """Two people who are not together, though both would score higher with each other.

    Parameters
    ----------
    members
        Their ids, sorted.
    score
        Their pair score.
    gains
        What each of them would gain, in the same order: `score` less the mean of the pair scores
        that they have in their group.
    """

    members: tuple[str, str]
    score: int
    gains: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilityAudit:
    """All blocking pairs counted, and the strongest of them listed.

    Parameters
    ----------
    count
        How many there are.
    out_of
        How many pairs of people are looked at: all that are not together. Pairs that a rule keeps
        apart are among them, so that the number tells nothing about private blocks.
    strongest
        The first of them: those in which the one who gains less gains most.
    """

    count: int
    out_of: int
    strongest: tuple[BlockingPair, ...]

    def sentence(self) -> Reason:
        """Say it in plain words, without names."""
        if not self.count:
            return Reason(
                code="stable",
                template=N_(
                    "No two people would both score higher with each other than in their groups."
                ),
            )
        return Reason(
            code="blocking_pairs",
            template=N_(
                "Pairs of people who would both score higher with each other: {count} of {pairs}. "
                "That is a price of the best total, and no fault."
            ),
            values={"count": self.count, "pairs": self.out_of},
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "count": self.count,
            "out_of": self.out_of,
            "strongest": [
                {"members": list(pair.members), "score": pair.score, "gains": list(pair.gains)}
                for pair in self.strongest
            ],
        }


def stability_audit(
    problem: Problem, groups: Iterable[Sequence[int]], *, listed: int = LISTED
) -> StabilityAudit:
    """Find the pairs of people who would both rather be with each other.

    Parameters
    ----------
    problem
        The n people and what their pairs are worth.
    groups
        Groups by place, everybody at most once. Who is in none blocks nothing.
    listed
        How many pairs to list, at least 0.

    Returns
    -------
    StabilityAudit
        Pairs that are forbidden or penalised, such as earlier partners, never block.

    Notes
    -----
    O(n^2) time. Rows are looked at in blocks, so memory is O(n) for the number that is listed.

    Examples
    --------
    >>> import numpy as np
    >>> from peerloom.members import Member
    >>> from peerloom.pairing.profiles import Codes, ProfileWeights
    >>> scores = np.array([[0, 36, 24, 0], [36, 0, 0, 24], [24, 0, 0, 0], [0, 24, 0, 0]])
    >>> terms = [Codes(np.arange(4, dtype=np.int32), scores.astype(np.int32))]
    >>> people = tuple(Member(id=name) for name in ("ada", "bo", "cy", "di"))
    >>> problem = Problem(members=people, scores=ProfileWeights(4, terms))
    >>> stability_audit(problem, [(0, 2), (1, 3)]).strongest
    (BlockingPair(members=('ada', 'bo'), score=36, gains=(12, 12)),)
    """
    groups = list(groups)
    count = len(problem.members)
    place = np.full(count, -1, dtype=np.int64)
    for number, group in enumerate(groups):
        place[list(group)] = number
    own = _own_scores(problem, groups)
    total = 0
    placed = int((place >= 0).sum())
    together = sum(len(group) * (len(group) - 1) // 2 for group in groups)
    # The smaller gain, the sum of gains, and the places: in this order the larger is stronger.
    strongest: list[tuple[int, int, int, int]] = []
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        block = _open_pairs(problem, place, start, stop)
        gain = np.minimum(block - own[start:stop, None], block - own)
        gain[block < 0] = 0
        rows, columns = np.nonzero(gain > 0)
        total += len(rows)
        least = gain[rows, columns]
        both = 2 * block[rows, columns] - own[start + rows] - own[columns]
        order = np.lexsort((columns, rows, -both, -least))[:listed]
        found = zip(
            least[order].tolist(),
            both[order].tolist(),
            (-start - rows[order]).tolist(),
            (-columns[order]).tolist(),
            strict=True,
        )
        strongest = heapq.nlargest(listed, [*strongest, *found])
    return StabilityAudit(
        count=total,
        out_of=placed * (placed - 1) // 2 - together,
        strongest=tuple(_pair(problem, own, -one, -other) for _, _, one, other in strongest),
    )


def blocking_pairs(pairing: Pairing, *, listed: int = LISTED) -> StabilityAudit:
    """Find the pairs of a pairing who would both rather be with each other.

    Scores are those that may be shown: asks and the mix of a policy do not count. People who are
    locked, must be together or asked each other are where they should be, and block nothing.

    Parameters
    ----------
    pairing
        What is audited.
    listed
        How many pairs to list, at least 0.

    Notes
    -----
    O(n^2) time for n people, little memory.

    Examples
    --------
    >>> from peerloom import Member, pair
    >>> people = [Member(id=name) for name in ("ada", "bo", "cy", "di")]
    >>> print(blocking_pairs(pair(people)).sentence())
    No two people would both score higher with each other than in their groups.
    """
    task = task_of(pairing)
    groups = [
        group
        for group in places(task, pairing.groups)
        if group not in task.bonds.locked
        and not any(set(chain) <= set(group) for chain in task.bonds.must)
        and not any(
            two in pairing.asked for two in combinations((task.members[one].id for one in group), 2)
        )
    ]
    shown = replace(
        task,
        scores=score_model(task.members, pairing.policy, pairing.week, with_mix=False),
        mutual=frozenset(),
    )
    return stability_audit(
        shown.problem(lifted={two for group in groups for two in combinations(group, 2)}),
        groups,
        listed=listed,
    )


def _own_scores(problem: Problem, groups: Sequence[Sequence[int]]) -> IntArray:
    """Give each person's mean pair score within their group, a whole number as scores are."""
    tails, heads = inner_pairs(groups)
    values = problem.scores.values(tails, heads)
    own = np.zeros(len(problem.members), dtype=np.int64)
    np.add.at(own, tails, values)
    np.add.at(own, heads, values)
    for group in groups:
        own[list(group)] //= len(group) - 1
    return own


def _open_pairs(problem: Problem, place: IntArray, start: int, stop: int) -> IntArray:
    """Give the scores of the pairs that could block, each once, and -1 for all other pairs."""
    block = problem.scores.block(start, stop)
    costs = problem.penalties
    for rows, columns in ((costs.tails, costs.heads), (costs.heads, costs.tails)):
        here = (rows >= start) & (rows < stop)
        block[rows[here] - start, columns[here]] = -1
    block[place[start:stop, None] == place] = -1
    block[place[start:stop] < 0] = -1
    block[:, place < 0] = -1
    block[np.arange(start, stop)[:, None] > np.arange(block.shape[1])] = -1
    return block


def _pair(problem: Problem, own: IntArray, one: int, other: int) -> BlockingPair:
    score = int(problem.scores.values(np.array([one]), np.array([other]))[0])
    return BlockingPair(
        members=(problem.members[one].id, problem.members[other].id),
        score=score,
        gains=(score - int(own[one]), score - int(own[other])),
    )
