"""As many mutual asks as can hold at once; the others give way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from peerloom.bonds import Pair
from peerloom.pairing import NoPartitionError

if TYPE_CHECKING:
    from peerloom.placements import Placement

Asks: TypeAlias = tuple[Pair, ...]

# Of so few asks every choice is tried, the largest first.
_FEW = 6
# Beyond, so many choices are solved at most.
_MOST_SOLVED = 12


def place_with_most(
    asks: Sequence[Pair],
    place: Callable[[Asks], Placement],
    is_possible: Callable[[Asks], bool] = lambda _: True,
) -> tuple[Placement, bool]:
    """Place everybody with as many asks as can hold.

    Parameters
    ----------
    asks
        Those that come first rather hold.
    place
        Places everybody with some asks, or raises `NoPartitionError`.
    is_possible
        Tells quickly of some choices that they cannot hold.

    Returns
    -------
    placement, is_best
        Of equally many asks those with the highest score. `is_best` tells whether all choices of as
        many asks are known; its bound holds for them all.

    Raises
    ------
    NoPartitionError
        Not even without any ask.

    Notes
    -----
    Up to six asks are proven the most, as far as `place` is certain. Of more, halves are added
    while they hold: no ask is left out that could be added, unless the search became too long.
    """
    if is_possible(tuple(asks)):
        try:
            return place(tuple(asks)), True
        except NoPartitionError:
            if not asks:
                raise
    without = place(())
    if len(asks) > _FEW:
        return _add_halves(asks, without, place, is_possible), False
    for count in range(len(asks) - 1, 0, -1):
        found = list(_all_of(combinations(asks, count), place, is_possible))
        if found:
            bound = max(one.upper_bound for one in found)
            return replace(max(found, key=lambda one: one.score), upper_bound=bound), True
    return without, True


def _all_of(
    choices: Iterator[Asks], place: Callable[[Asks], Placement], is_possible: Callable[[Asks], bool]
) -> Iterator[Placement]:
    for chosen in choices:
        if is_possible(chosen):
            try:
                yield place(chosen)
            except NoPartitionError:
                continue


def _add_halves(
    asks: Sequence[Pair],
    without: Placement,
    place: Callable[[Asks], Placement],
    is_possible: Callable[[Asks], bool],
) -> Placement:
    kept: Asks = ()
    best = without
    solved = 0
    to_add = [tuple(asks[len(asks) // 2 :]), tuple(asks[: len(asks) // 2])]
    while to_add and solved < _MOST_SOLVED:
        chosen = to_add.pop()
        if is_possible((*kept, *chosen)):
            solved += 1
            try:
                best = place((*kept, *chosen))
            except NoPartitionError:
                pass
            else:
                kept += chosen
                continue
        if len(chosen) > 1:
            middle = len(chosen) // 2
            to_add += [chosen[middle:], chosen[:middle]]
    return best
