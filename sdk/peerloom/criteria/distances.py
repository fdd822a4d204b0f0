"""Numbers that are near, far, or a certain distance apart: levels, experience, columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from peerloom.comparisons import Comparison, Way
from peerloom.criteria.scale import FULL_QUALITY, points_of
from peerloom.members import Member
from peerloom.pairing.profiles import Codes
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

MOST_NUMBERS = 255
KNOWS_THE_ROPES = 5
"""Rounds of pairing after which more make no difference."""

_STEPS = 3


def quality(
    distances: IntArray, comparison: Comparison, *, unit: int = 1, scale: int = 1
) -> IntArray:
    """Rate the distances between two numbers.

    Near the best distance a pair is full, two thirds one unit off, one third two units off, and
    nothing from three units on; in between it falls evenly. With `Way.COMPLEMENTARY` it rises in
    the same way with the distance, and is full from three units on.

    Parameters
    ----------
    distances
        Not negative, in ``1 / scale`` of what the comparison and the unit are given in.

    Examples
    --------
    >>> quality(np.arange(5), Comparison.target_gap(1)).tolist()
    [667, 1000, 667, 333, 0]
    >>> quality(np.arange(5), Comparison(Way.COMPLEMENTARY)).tolist()
    [0, 333, 667, 1000, 1000]
    """
    most = _STEPS * unit * scale
    off = np.minimum(np.abs(distances - comparison.gap * scale), most)
    parts = off if comparison.way is Way.COMPLEMENTARY else most - off
    # Pairs work best at a similar level and worse the larger the gap (Katira et al. 2004; Salleh
    # et al. 2011).
    return (2 * FULL_QUALITY * parts + most) // (2 * most)


def terms(
    numbers: Sequence[int | None],
    share: int,
    comparison: Comparison,
    *,
    unit: int = 1,
    scale: int = 1,
) -> tuple[Codes]:
    """Rate the distance between two numbers; nothing where one of them is not known.

    Parameters
    ----------
    numbers
        Of n people, in ``1 / scale``. Of more than `MOST_NUMBERS` different ones, neighbours are
        taken for one.
    """
    known = np.unique([number for number in numbers if number is not None]).astype(np.int64)
    bins = np.array_split(known, min(len(known), MOST_NUMBERS) or 1)
    middles = np.array([one[(len(one) - 1) // 2] for one in bins if len(one)], dtype=np.int64)
    firsts = np.array([one[0] for one in bins if len(one)], dtype=np.int64)
    table = np.zeros((len(middles) + 1, len(middles) + 1), dtype=np.int32)
    distances = np.abs(middles[:, None] - middles)
    table[1:, 1:] = points_of(quality(distances, comparison, unit=unit, scale=scale), share)
    codes = np.zeros(len(numbers), dtype=np.int32)
    said = [index for index, number in enumerate(numbers) if number is not None]
    values = np.array([numbers[index] for index in said], dtype=np.int64)
    codes[said] = np.searchsorted(firsts, values, side="right")
    return (Codes(codes, table),)


def level_terms(members: Sequence[Member], share: int, comparison: Comparison) -> tuple[Codes]:
    """Rate how near the gap between two levels is to the best one.

    A level that is not known rates like one that is far off, so hiding it never pays.
    """
    return terms([member.level for member in members], share, comparison)


def experience_terms(members: Sequence[Member], share: int, comparison: Comparison) -> tuple[Codes]:
    """Rate the experience in pairing of two people: alike, or one of them knows the ropes.

    Whoever took part in `KNOWS_THE_ROPES` rounds knows them, more make no difference. Experience
    that is not known rates nothing.
    """
    return terms([experience(member) for member in members], share, comparison)


def experience(member: Member) -> int | None:
    """Give the rounds of pairing that count, or None."""
    return None if member.experience is None else min(member.experience, KNOWS_THE_ROPES)


def level_why(
    members: Sequence[Member], points: IntArray, comparison: Comparison
) -> Iterator[Reason]:
    """Say how far apart the levels are, and not whose is which."""
    part = int(points.sum()) // len(points)
    gaps = _gaps([member.level for member in members])
    if gaps is None:
        code = "level_unknown"
        template = N_("Not everybody has said their level yet: it would show how near you are.")
    else:
        furthest = max(abs(gap - comparison.gap) for gap in gaps)
        if gaps == {0}:
            code, template = "level_same", N_("You are at the same level.")
        elif furthest == 0:
            code, template = "level_step", N_("Your levels are as far apart as they should be.")
        elif furthest == 1:
            code, template = "level_near", N_("Your levels are near each other.")
        else:
            code, template = "level_far", N_("Your levels are far apart.")
    yield Reason(code=code, template=template, points=part)


def experience_why(
    members: Sequence[Member], points: IntArray, comparison: Comparison
) -> Iterator[Reason]:
    """Say how much the experience in pairing differs, and not who has more."""
    part = int(points.sum()) // len(points)
    gaps = _gaps([experience(member) for member in members])
    if gaps is None:
        code = "experience_unknown"
        template = N_("Not everybody has said yet how often they took part in a round of pairing.")
    elif gaps == {0}:
        code, template = "experience_same", N_("You have as much experience with pairing.")
    elif comparison.way is Way.COMPLEMENTARY:
        code = "experience_ropes"
        template = N_("Whoever has more experience with pairing can show how it goes.")
    elif all(gap == comparison.gap for gap in gaps):
        code = "experience_step"
        template = N_("Your experience with pairing is as far apart as it should be.")
    elif all(abs(gap - comparison.gap) <= 1 for gap in gaps):
        code, template = "experience_near", N_("You have nearly as much experience with pairing.")
    else:
        code, template = "experience_far", N_("Your experience with pairing differs.")
    yield Reason(code=code, template=template, points=part)


def _gaps(numbers: Sequence[int | None]) -> set[int] | None:
    """Give the distances between every two, or None where a number is not known."""
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    return {abs(one - other) for one, other in combinations(known, 2)}
