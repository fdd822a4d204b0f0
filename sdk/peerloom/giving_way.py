"""As many mutual asks as can hold at once; the others give way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from peerloom.bonds import Pair
from peerloom.pairing import NoPartitionError

if TYPE_CHECKING:
    from peerloom.fair_asks import FairAsks
    from peerloom.placements import Placement

Asks: TypeAlias = tuple[Pair, ...]

# Of so few asks every choice is tried, the largest first.
_FEW = 6
# Of so few asks of people who are in several, too, while all other asks hold.
_FEW_CONTESTED = 10
# Beyond, so many choices are solved at most.
_MOST_SOLVED = 12


def place_with_most(
    asks: Asks,
    place: Callable[[Asks], Placement],
    *,
    fits: Callable[[Asks], bool] = lambda _: True,
    repeats: Callable[[Placement], int] = lambda _: 0,
    first: Asks = (),
    fair: FairAsks | None = None,
) -> tuple[Placement, bool]:
    """Place everybody with as many asks as can hold.

    Parameters
    ----------
    asks
        All that are wanted.
    place
        Places everybody with some asks, or raises `NoPartitionError`.
    fits
        Tells quickly of some choices that they cannot hold.
    repeats
        Tells what earlier partners cost.
    first
        Of very many asks, those that are looked at first.
    fair
        Where worst-off first is asked for: tells the lowest pair and the price.

    Returns
    -------
    placement, is_best
        Of equally many asks those with the fewest repeats, then the highest score; worst-off first
        puts the highest lowest pair before the score. `is_best` tells
        whether all choices of as many asks are known; its bound holds for them all.

    Raises
    ------
    NoPartitionError
        Not even without any ask.

    Notes
    -----
    Up to six asks, and up to ten among people who are in several asks, are proven the most, as far
    as `place` is certain. Of more, halves are added while they hold: no ask is left out that could
    be added, unless the search became too long.
    """
    if fits(asks):
        try:
            return place(asks), True
        except NoPartitionError:
            if not asks:
                raise
    without = place(())
    if len(asks) <= _FEW:
        for count in range(len(asks) - 1, 0, -1):
            found = list(_all_of(combinations(asks, count), place, fits))
            if found:
                return _best_of(found, repeats, fair), True
        return without, True
    found, is_all = _with_all_but_contested(asks, place, fits)
    if found:
        return _best_of(found, repeats, fair), is_all
    return _add_halves(asks, first, without, place, fits), False


def _with_all_but_contested(
    asks: Asks, place: Callable[[Asks], Placement], fits: Callable[[Asks], bool]
) -> tuple[list[Placement], bool]:
    """Let only asks give way of people who are in several; tell whether all choices are solved."""
    often = Counter(person for pair in asks for person in pair)
    contested = [pair for pair in asks if any(often[person] > 1 for person in pair)]
    firm = tuple(pair for pair in asks if pair not in contested)
    if len(contested) > _FEW_CONTESTED or fits(asks):
        # Where all asks fit and the others find no place, any ask may be the one to give way.
        return [], False
    for count in range(len(contested) - 1, 0, -1):
        ways = ((*firm, *chosen) for chosen in combinations(contested, count))
        fitting = list(filter(fits, ways))
        if fitting:
            found = list(_all_of(fitting[:_MOST_SOLVED], place, fits))
            return found, len(fitting) <= _MOST_SOLVED
    return [], False


def _best_of(
    found: Sequence[Placement], repeats: Callable[[Placement], int], fair: FairAsks | None
) -> Placement:
    """Give the one with the fewest repeats, then the best one, with bounds that hold for all."""
    fewest = min(map(repeats, found))
    found = [one for one in found if repeats(one) == fewest]
    upper_bound = max(one.upper_bound for one in found)
    if fair is None or len(found) == 1:
        best = max(found, key=lambda one: one.score)
        return replace(best, upper_bound=upper_bound)
    best = max(found, key=lambda one: (fair.worst(one), one.score))
    price = fair.price(best, max(map(fair.bound, found)))
    return replace(best, upper_bound=upper_bound, price=price)


def _all_of(
    choices: Iterable[Asks], place: Callable[[Asks], Placement], fits: Callable[[Asks], bool]
) -> Iterator[Placement]:
    for chosen in choices:
        if fits(chosen):
            try:
                yield place(chosen)
            except NoPartitionError:
                continue


def _add_halves(
    asks: Asks,
    first: Asks,
    without: Placement,
    place: Callable[[Asks], Placement],
    fits: Callable[[Asks], bool],
) -> Placement:
    kept: Asks = ()
    best = without
    solved = 0
    to_add = [tuple(pair for pair in asks if pair not in first), first]
    while to_add and solved < _MOST_SOLVED:
        chosen = to_add.pop()
        if not chosen:
            continue
        if fits((*kept, *chosen)):
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
