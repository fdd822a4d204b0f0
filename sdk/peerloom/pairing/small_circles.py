"""The best circles of few people, by dynamic programming over subsets."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from peerloom.pairing.weights import IntArray

    Groups = tuple[tuple[int, ...], ...]

#: Up to this many people the best circles are found in well under a second.
MOST_PEOPLE = 15


def best_circles(
    weights: IntArray,
    sizes: tuple[int, ...],
    lone: Callable[[tuple[int, ...]], int] | None = None,
) -> tuple[Groups, int] | None:
    """Find the best partition into circles of given sizes, for certain.

    The first person who has no circle yet gets one, in every way that is allowed; what is best for
    the rest depends only on who the rest are, and is kept (Held and Karp, "A dynamic programming
    approach to sequencing problems", SIAM Journal 10, 1962, for the principle).

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``, whole dozens; negative = forbidden. n is at most 15.
    sizes
        How many people each circle takes; their sum is n.
    lone
        Counts who is alone in a circle. The sum of the counts is made smallest first.

    Returns
    -------
    (groups, total) or None
        None if every partition has a forbidden pair.
    """
    scores = weights.tolist()
    # For each rest of people and circles: the groups, minus how many are alone, and the total.
    kept: dict[tuple[int, tuple[int, ...]], tuple[Groups, int, int] | None] = {}

    def first_circle(
        people: tuple[int, ...], left: tuple[int, ...]
    ) -> tuple[Groups, int, int] | None:
        best: tuple[Groups, int, int] | None = None
        for size in sorted(set(left)):
            place = left.index(size)
            for others in combinations(people[1:], size - 1):
                circle = (people[0], *others)
                inner = [scores[i][j] for i, j in combinations(circle, 2)]
                if min(inner) < 0:
                    continue
                seated = set(circle)
                rest = tuple(person for person in people if person not in seated)
                found = solve(rest, left[:place] + left[place + 1 :])
                if found is None:
                    continue
                together = found[1] - (lone(circle) if lone else 0)
                total = found[2] + sum(inner) // (size - 1)
                if best is None or (together, total) > best[1:]:
                    best = ((circle, *found[0]), together, total)
        return best

    def solve(people: tuple[int, ...], left: tuple[int, ...]) -> tuple[Groups, int, int] | None:
        if not people:
            return (), 0, 0
        key = (sum(1 << person for person in people), left)
        if key not in kept:
            kept[key] = first_circle(people, left)
        return kept[key]

    best = solve(tuple(range(len(scores))), sizes)
    return None if best is None else (best[0], best[2])
