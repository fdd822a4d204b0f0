"""Whether a difference between people is more than chance: shuffle who gave which answer.

The permutation test of R. Fisher ("The Design of Experiments", 1935), with p-values that count the
real answers as one of the shuffles (B. Phipson and G. Smyth, "Permutation p-values should never be
zero", Statistical Applications in Genetics and Molecular Biology 9, 2010). Several differences are
looked at together, so they are held to S. Holm's "A simple sequentially rejective multiple test
procedure" (Scandinavian Journal of Statistics 6, 1979). All is counted in whole numbers.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.weights import IntArray

ONE_IN = 20
"""Of so many comparisons without any real difference, one may seem to show one."""

_EACH_SIDE = 40


class Comparison(NamedTuple):
    """Every answer against all others, for every measure: arrays of shape ``(measures, answers)``.

    Differences are those of two means times both numbers of people, so that they are whole.

    Attributes
    ----------
    sizes
        How many people gave each answer, shape ``(answers,)``.
    sums
        Sums of the measures over them.
    low, high
        Where 95 of 100 shuffles put the difference.
    as_extreme
        In how many shuffles it is at least as large, the real answers included.
    stands_out
        Whether it is more than chance, with regard to all that are compared.
    """

    sizes: IntArray
    sums: IntArray
    low: IntArray
    high: IntArray
    as_extreme: IntArray
    stands_out: NDArray[np.bool_]


def compare(table: IntArray, codes: IntArray, *, shuffles: int, seed: int) -> Comparison:
    """Compare people with each answer to all others.

    Parameters
    ----------
    table : array of int, shape (measures, people)
        What is measured.
    codes : array of int, shape (people,)
        Who gave which answer, from 0.
    shuffles, seed
        How often the answers are shuffled, and how.

    Notes
    -----
    O(shuffles * people * (log people + measures * answers)).

    Examples
    --------
    >>> table = np.array([[0, 0, 0, 0, 0, 9, 9, 9, 9, 9]])
    >>> found = compare(table, table[0] // 9, shuffles=999, seed=0)
    >>> found.sums.tolist(), found.stands_out.tolist()
    ([[0, 45]], [[True, True]])
    """
    is_in = (codes == np.arange(int(codes.max()) + 1)[:, None]).astype(np.int64)
    sizes = is_in.sum(axis=1)
    sums = table @ is_in.T
    random = Random(seed)  # noqa: S311  # shuffles, not secrets
    drawn = np.empty((shuffles, *sums.shape), dtype=np.int64)
    for number in range(shuffles):
        keys = np.frombuffer(random.randbytes(8 * len(codes)), dtype="<u8")
        drawn[number] = table[:, np.argsort(keys, kind="stable")] @ is_in.T
    expected = sizes * table.sum(axis=1)[:, None]
    differences = len(codes) * drawn - expected
    real = np.abs(len(codes) * sums - expected)
    as_extreme = 1 + (np.abs(differences) >= real).sum(axis=0)
    differences.sort(axis=0)
    edge = shuffles // _EACH_SIDE
    return Comparison(
        sizes=sizes,
        sums=sums,
        low=differences[edge],
        high=differences[shuffles - 1 - edge],
        as_extreme=as_extreme,
        stands_out=stands_out(as_extreme, shuffles + 1),
    )


def stands_out(as_extreme: IntArray, out_of: int) -> NDArray[np.bool_]:
    """Say which of several tests are more than chance, by Holm's steps.

    Examples
    --------
    >>> stands_out(np.array([1, 30, 8, 500]), 1000).tolist()
    [True, False, True, False]
    """
    flat = as_extreme.ravel()
    found = np.zeros(len(flat), dtype=np.bool_)
    for step, place in enumerate(np.argsort(flat, kind="stable").tolist()):
        if int(flat[place]) * (len(flat) - step) * ONE_IN > out_of:
            break
        found[place] = True
    return found.reshape(as_extreme.shape)
