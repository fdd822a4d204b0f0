"""From members and a policy to the scores of all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from peerloom.criteria import distances, exchange, free_time, lists, values
from peerloom.members import Member
from peerloom.pairing.profiles import ProfileWeights
from peerloom.policy import COLUMN, MIX, Policy
from peerloom.weeks import monday

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from peerloom.pairing.profiles import Term

    Matrix: TypeAlias = NDArray[np.int32]


def terms(
    members: Sequence[Member], policy: Policy, week: date | None
) -> dict[str, tuple[Term, ...]]:
    """Give what each criterion that counts adds to the score of every pair.

    Parameters
    ----------
    members
        n people.
    policy
        Whose weights count.
    week
        Any day of the ISO week whose UTC offsets count for common time; None for the reference
        week.

    Returns
    -------
    dict of name to terms
        The names and the order of `Policy.shares`. The points of all terms are multiples of `STEP`
        from 0, and together at most `FULL_SCORE`.

    Notes
    -----
    Each criterion looks at two people only, and a pair's points do not change when somebody else
    joins or leaves. (The one exception: a column with more than 255 different numbers.)
    """
    return {
        name: _terms(name, members, share, policy, monday(week))
        for name, share in policy.shares.items()
    }


def score_model(
    members: Sequence[Member], policy: Policy, week: date | None = None, *, with_mix: bool = True
) -> ProfileWeights:
    """Give the scores of all pairs as the engine takes them: worked out when they are needed.

    Parameters
    ----------
    members, policy, week
        As for `score_matrix`.
    with_mix
        Whether answers to protected questions count. Without them the scores are those that may be
        shown: whoever knows all reasons of a group could else work out what was never said.

    Notes
    -----
    O(n) time and memory: 100,000 people take some seconds.
    """
    found = terms(members, policy, week)
    return ProfileWeights(
        len(members),
        [
            term
            for name, some in found.items()
            for term in some
            if with_mix or not name.startswith(MIX)
        ],
    )


def score_matrix(
    members: Sequence[Member], policy: Policy | str = "meetup", week: date | None = None
) -> Matrix:
    """Give the scores of all pairs as one matrix.

    Parameters
    ----------
    members
        n people, in the order of the rows.
    policy
        Whose weights count: a policy, or the name of a preset.
    week
        Any day of the ISO week whose UTC offsets count for common time; None for the reference
        week.

    Returns
    -------
    array of int32, shape (n, n)
        Symmetric: points from 0 to `FULL_SCORE`, multiples of `STEP`, and 0 on the diagonal. The
        hard rules of the policy are not in it.

    Raises
    ------
    PolicyError
        For an unknown preset.
    WeekError
        For a week outside the years 1970 to 9998.

    Notes
    -----
    O(n ** 2) time, and 4 * n ** 2 bytes: for more than some thousand people let `pair` work the
    scores out as it needs them.

    Examples
    --------
    >>> ada = Member(id="ada", teach=("SQL",), learn=("Git",))
    >>> bo = Member(id="bo", teach=("Git",), learn=("SQL",))
    >>> score_matrix([ada, bo, Member(id="cy")], "meetup").tolist()
    [[0, 2520, 0], [2520, 0, 0], [0, 0, 0]]
    """
    policy = Policy.preset(policy) if isinstance(policy, str) else policy
    matrix = score_model(members, policy, week).terms_dense()
    np.fill_diagonal(matrix, 0)
    return matrix


def alone_codes(members: Sequence[Member], policy: Policy) -> tuple[NDArray[np.int64], ...]:
    """Give the answers to protected questions as numbers, for the rule "nobody alone".

    Returns
    -------
    tuple of array of int64, shape (n,)
        For each name in `Policy.nobody_alone` the same number for the same answer, from 0; -1 where
        there is none. The numbers are for the search alone: no reason and no export holds them.

    Examples
    --------
    >>> members = [Member(id="a", protected={"field": "Arts"}), Member(id="b")]
    >>> policy = Policy(name="mixed", weights={"level": 1}, nobody_alone=("field",))
    >>> [codes.tolist() for codes in alone_codes(members, policy)]
    [[0, -1]]
    """
    return tuple(values.protected_codes(members, name) for name in policy.nobody_alone)


def _terms(
    name: str, members: Sequence[Member], share: int, policy: Policy, week: date
) -> tuple[Term, ...]:
    if name.startswith(MIX):
        return values.mix_terms(members, share, name.removeprefix(MIX))
    if name.startswith(COLUMN):
        return values.column_terms(members, share, policy.column(name.removeprefix(COLUMN)))
    if name in lists.LISTS:
        return lists.terms(name, members, share)
    match name:
        case "teach_and_learn":
            return exchange.terms(members, share)
        case "availability":
            return free_time.terms(members, share, week=week, enough_minutes=policy.enough_minutes)
        case "level":
            return distances.level_terms(members, share, policy.comparison(name))
        case "experience":
            return distances.experience_terms(members, share, policy.comparison(name))
        case _:
            return values.section_terms(members, share, policy.comparison(name))
