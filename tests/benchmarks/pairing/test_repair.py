"""Repair after somebody left and others joined, beside pairing everybody anew."""

from __future__ import annotations

import pytest

from peerloom import pair
from peerloom.repairs import repair


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize(
    "size", [30, *(pytest.param(size, marks=pytest.mark.measured) for size in (100, 1000))]
)
def test_repair(size, most, races, contestant, people):
    everybody = people(size + 1)
    before = pair(everybody[:size], policy="bootcamp")
    now = everybody[1:]
    old = {group.members for group in before.groups}

    def check_anew(pairing):
        assert pairing.score == pairing.upper_bound

    def check(repaired):
        groups = {group.members for group in repaired.after.groups}
        assert sorted(person for group in groups for person in group) == [one.id for one in now]
        assert len(old - groups) <= most
        assert repaired.after.score <= repaired.after.upper_bound

    def repairing(name, *, compare):
        return contestant(
            name,
            lambda: lambda: repair(before, now, most_groups=most, compare=compare),
            check,
            is_ours=compare,
        )

    anew = contestant(
        "pair everybody anew", lambda: lambda: pair(now, policy="bootcamp"), check_anew
    )
    races.run(
        f"one left, one joined, {most} of {size // 2} groups opened, n = {size}",
        [repairing("repair", compare=True), repairing("without comparison", compare=False), anew],
    )
