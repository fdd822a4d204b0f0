"""The best round alone can make the next ones impossible; then another one is better."""

from __future__ import annotations

from dataclasses import replace

from peerloom.planning.plan import Planner
from peerloom.planning.trios import Solve
from peerloom.problem import Penalties, Problem, Solution

# Beyond so many people nobody comes near to having met half of the others.
_MOST_PEOPLE = 200


def with_foresight(problem: Problem, solution: Solution, *, solve: Solve, seed: int) -> Solution:
    """Keep rounds without a repeat possible, where the best pairs would use them up.

    Suppose that those who are alike have met. If then all who are left over in one corner are an
    odd number, one of them must repeat: a round or two earlier another choice had avoided it.

    Parameters
    ----------
    problem
        Of one round; who has met has a penalty.
    solution
        The best groups.
    solve
        Finds the best groups of a round.
    seed
        Decides the order of the search.

    Returns
    -------
    Solution
        The same, where it is safe: no repeats yet, and everybody still has half of the others to
        meet (then, or so it is believed, all of those rounds are possible). Else one after which
        as many rounds remain as could be found, with the bound of the best.

    Notes
    -----
    For pairs of an even number up to 200 people; all others come back as they are.

    References
    ----------
    A. G. Chetwynd and A. J. W. Hilton, "Regular graphs of high degree are 1-factorizable",
    Proceedings of the London Mathematical Society s3-50 (1985), 193-206, for when rounds are safe.
    """
    count = len(problem.members)
    penalties = problem.penalties
    if (
        count % 2
        or count > _MOST_PEOPLE
        or not len(penalties.costs)
        or solution.penalty
        or any(len(group) != 2 for group in solution.groups)
    ):
        return solution
    planner = Planner(
        problem=replace(problem, penalties=Penalties.none()),
        met=frozenset(zip(penalties.tails.tolist(), penalties.heads.tolist(), strict=True)),
        seats=(0,) * count,
        solve=solve,
        seed=seed,
    )
    wanted = min(planner.partners_left)
    if 2 * wanted > count:
        return solution
    while wanted > 1:
        if not planner.step(wanted):
            wanted = wanted * 3 // 4
        elif planner.rounds:
            (best,) = planner.rounds
            return replace(solution, groups=best.groups, score=best.score)
    return solution
