"""Why a group is a group: sentences for each criterion, from what its members told us.

A sentence names what people have in common or give each other. It never repeats an answer of one
person that the others have no part in, and nothing that was said in private.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from peerloom.criteria import distances, exchange, free_time, lists, terms, values
from peerloom.members import Member, labels
from peerloom.policy import COLUMN, MIX, Policy
from peerloom.reasons import N_, Reason
from peerloom.rounds import History

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray


def why(
    members: Sequence[Member], policy: Policy, week: date, history: History
) -> tuple[Reason, ...]:
    """Say why these people are a good group, the strongest reason first.

    Parameters
    ----------
    members
        The 2 to 5 members of one group.
    policy
        Whose weights count.
    week
        The week that counts for common time.
    history
        Earlier rounds.

    Returns
    -------
    tuple of Reason
        Their points add up to the group's score as `score_model` gives it without the mix (in a
        circle of five, but for rounding down). What protected answers add is part of the group's
        real score and of no reason.
    """
    tails, heads = np.triu_indices(len(members), 1)
    reasons: list[Reason] = []
    for name, added in terms(members, policy, week).items():
        if not name.startswith(MIX):
            points = np.zeros(len(tails), dtype=np.int64)
            for term in added:
                points += term.values(tails, heads)
            reasons.extend(_reasons(name, members, points, policy, week))
    reasons.sort(key=lambda reason: -reason.points)
    return (*reasons, *_met_before(members, history))


def _reasons(
    name: str, members: Sequence[Member], points: IntArray, policy: Policy, week: date
) -> Iterator[Reason]:
    if name.startswith(COLUMN):
        return values.column_why(members, points, policy.column(name.removeprefix(COLUMN)))
    if name in lists.LISTS:
        return lists.why(name, members, points)
    match name:
        case "teach_and_learn":
            return exchange.why(members, points)
        case "availability":
            return free_time.why(members, points, week=week)
        case "level":
            return distances.level_why(members, points, policy.comparison(name))
        case "experience":
            return distances.experience_why(members, points, policy.comparison(name))
        case _:
            return values.section_why(members, points)


def _met_before(members: Sequence[Member], history: History) -> Iterator[Reason]:
    for one, other in combinations(range(len(members)), 2):
        times = history.times_met(members[one].id, members[other].id)
        if not times:
            continue
        if len(members) == 2:
            yield Reason(
                code="met_before",
                template=N_("You have met before. Rounds together: {times}."),
                values={"times": times},
            )
        else:
            names = labels(members)
            yield Reason(
                code="met_before",
                template=N_("{one} and {other} have met before. Rounds together: {times}."),
                values={"one": names[one], "other": names[other], "times": times},
            )
