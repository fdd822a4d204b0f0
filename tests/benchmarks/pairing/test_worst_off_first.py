"""Worst-off first beside the plain optimum: what fairness costs in time and in total."""

from __future__ import annotations

import pytest

from peerloom import Member
from peerloom.fairness import worst_off_first
from peerloom.problem import Problem, inner_pairs


@pytest.mark.parametrize(
    "size", [100, *(pytest.param(size, marks=pytest.mark.measured) for size in (300, 1000, 3000))]
)
def test_worst_off_first(size, races, contestant, cohort):
    members = tuple(Member(id=f"{index:06d}") for index in range(size))
    problem = Problem(members=members, scores=cohort(size))

    def check_plain(solution):
        assert solution.score == solution.upper_bound

    def check_fair(found):
        worst = [
            int(problem.scores.values(*inner_pairs(solution.groups)).min())
            for solution in (found.plain, found.solution)
        ]
        assert worst[0] <= worst[1] == found.worst == found.worst_bound
        assert found.solution.score <= found.plain.score
        cost = 1 - found.solution.score / found.plain.score
        fair.remark = f"{cost:.3%} of the total; worst pair from {worst[0]} to {worst[1]}"

    plain = contestant("plain optimum", lambda: problem.solve, check_plain, is_ours=True)
    fair = contestant("worst-off first", lambda: lambda: worst_off_first(problem), check_fair)
    races.run(f"worst-off first, n = {size}", [plain, fair])
