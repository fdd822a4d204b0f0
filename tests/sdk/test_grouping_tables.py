"""The table over subsets: the same best groups as looking at every grouping."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.grouping_tables import FORBIDDEN, LEAST, GroupingTable, Shapes


def groupings(people, shapes):
    if not people:
        yield ()
        return
    first, *rest = people
    for size in shapes:
        for others in combinations(rest, size - 1):
            left = [one for one in rest if one not in others]
            for groups in groupings(left, shapes):
                yield ((first, *others), *groups)


def value(worth, groups):
    return sum(
        sum(int(worth[pair]) for pair in combinations(group, 2)) // (len(group) - 1)
        for group in groups
    )


@settings(max_examples=60)
@given(data=st.data(), size=st.integers(2, 5), people=st.integers(0, 7), sets=st.integers(1, 3))
def test_against_every_grouping(data, size, people, sets):
    everybody = 9
    worth = np.full((everybody, everybody), FORBIDDEN)
    for one, other in combinations(range(everybody), 2):
        score = data.draw(st.sampled_from((FORBIDDEN, 0, 12, 24, 36, 120, -1200)))
        worth[one, other] = worth[other, one] = score
    rows = np.array(
        [data.draw(st.permutations(range(everybody)))[:people] for _ in range(sets)], dtype=np.int64
    ).reshape(sets, people)
    shapes = Shapes.of(size, people)
    table = GroupingTable(worth, rows, shapes)
    allowed = (2, 3) if size == 2 else shapes.sizes
    for row, best in zip(rows.tolist(), table.best().tolist(), strict=True):
        ways = [
            groups
            for groups in groupings(row, allowed)
            if size > 2 or sum(len(group) == 3 for group in groups) == people % 2
        ]
        expected = max((value(worth, groups) for groups in ways), default=FORBIDDEN)
        if expected < LEAST:
            assert best < LEAST
        else:
            assert best == expected
            found = table.groups(rows.tolist().index(row))
            assert sorted(one for group in found for one in group) == sorted(row)
            assert value(worth, found) == expected


@pytest.mark.parametrize(("size", "people", "sizes"), [(3, 7, (2, 3, 4)), (5, 6, (3, 4, 5))])
def test_circles_have_about_the_same_size(size, people, sizes):
    assert Shapes.of(size, people).sizes == sizes


def test_large_sets_are_refused_beforehand():
    assert Shapes((2,)).steps(18) > 0
    assert Shapes((2,)).steps(20) == 0
    assert Shapes((2,)).steps(17) == 0
    assert Shapes((3, 4)).steps(12) == 0
