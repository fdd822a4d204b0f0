"""What speaks for putting two people together: each criterion a matrix and a sentence.

A criterion rates every two members from 0 to `FULL_QUALITY`, the same in both directions. It looks
at two people only, never at the rest of the group, so the rating of a pair does not change when
somebody else joins or leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from peerloom.members import Member
from peerloom.pairing.profiles import Codes, ProfileWeights
from peerloom.policy import FULL_SHARES, Policy
from peerloom.weeks import common_minutes_matrix

Matrix = npt.NDArray[np.int64]

FULL_QUALITY = 1000
STEP = 12
"""Pair scores are multiples of it: a half (trio), third, quarter of a sum stays a whole number."""
FULL_SCORE = STEP * FULL_SHARES
"""The score of a perfect pair."""

# Quality by the number of matches. The first match opens the door, further ones add less, and a
# long list of skills or topics buys nothing more.
_SKILLS_ONE_WAY = np.array([0, 350, 500])
_SHARED_TOPICS = np.array([0, 500, 800, 1000])
# Quality by the distance from the best gap of levels. Pairs work best at a similar level and worse
# the larger the gap (Katira et al. 2004; Salleh et al. 2011).
_LEVEL_DISTANCE = np.array([1000, 667, 333, 0, 0])
_LEVEL_UNKNOWN = 500


def teach_and_learn(members: Sequence[Member]) -> Matrix:
    """Rate whether each can teach what the other wants to learn; both directions count half.

    Returns
    -------
    array of int, shape (n, n)
    """
    teach = [keys(member.teach) for member in members]
    learn = [keys(member.learn) for member in members]
    one_way = _SKILLS_ONE_WAY[np.minimum(_count_common(teach, learn), 2)]
    return _without_self(one_way + one_way.T)


def availability(members: Sequence[Member], *, week: date, enough_minutes: int) -> Matrix:
    """Rate the common free time of a week, full at `enough_minutes`.

    Unknown free time rates 0, so that saying more about one's time can never make a pair worse and
    hiding it never pays.

    Returns
    -------
    array of int, shape (n, n)
    """
    common = np.minimum(common_minutes_matrix(members, week), enough_minutes)
    return _without_self(common * FULL_QUALITY // enough_minutes)


def level(members: Sequence[Member], *, best_gap: int) -> Matrix:
    """Rate how near the gap between two levels is to the best one.

    A pair in which a level is not known rates in the middle.

    Returns
    -------
    array of int, shape (n, n)
    """
    levels = np.array([member.level or 0 for member in members], dtype=np.int64)
    gap = np.abs(levels[:, None] - levels[None, :])
    quality = _LEVEL_DISTANCE[np.minimum(np.abs(gap - best_gap), 4)]
    known = levels > 0
    return _without_self(np.where(known[:, None] & known[None, :], quality, _LEVEL_UNKNOWN))


def topics(members: Sequence[Member]) -> Matrix:
    """Rate the topics that two people share, full at three.

    Returns
    -------
    array of int, shape (n, n)
    """
    named = [keys(member.topics) for member in members]
    return _without_self(_SHARED_TOPICS[np.minimum(_count_common(named, named), 3)])


def points(members: Sequence[Member], policy: Policy, week: date) -> dict[str, Matrix]:
    """Give what each criterion adds to the score of every pair.

    Parameters
    ----------
    members
        n people.
    policy
        Whose weights count.
    week
        A Monday; its UTC offsets count for common time.

    Returns
    -------
    dict of name to array of int, shape (n, n)
        Symmetric, multiples of `STEP`, zero on the diagonal. Together at most `FULL_SCORE`.
    """
    return {
        name: _points(name, share, members, policy, week)
        for name, share in policy.shares.items()
        if share
    }


def score_matrix(members: Sequence[Member], policy: Policy, week: date) -> Matrix:
    """Give the score of every pair: symmetric, multiples of `STEP` from 0 to `FULL_SCORE`.

    Returns
    -------
    array of int, shape (n, n)
    """
    total = np.zeros((len(members), len(members)), dtype=np.int64)
    # One criterion at a time: for thousands of people each matrix is large.
    for name, share in policy.shares.items():
        if share:
            total += _points(name, share, members, policy, week)
    return total


def score_model(members: Sequence[Member], policy: Policy, week: date) -> ProfileWeights:
    """Give the scores of all pairs as the engine takes them."""
    scores = score_matrix(members, policy, week).astype(np.int32)
    return ProfileWeights(len(members), [Codes(np.arange(len(members), dtype=np.int32), scores)])


def _points(name: str, share: int, members: Sequence[Member], policy: Policy, week: date) -> Matrix:
    match name:
        case "teach_and_learn":
            quality = teach_and_learn(members)
        case "availability":
            quality = availability(members, week=week, enough_minutes=policy.enough_minutes)
        case "level":
            quality = level(members, best_gap=policy.level_gap)
        case _:
            quality = topics(members)
    return STEP * (quality * share // FULL_QUALITY)


def key(text: str) -> str:
    """Reduce a skill or topic to what counts: "Machine  learning" is "machine learning"."""
    return " ".join(text.casefold().split())


def keys(texts: Sequence[str]) -> dict[str, str]:
    """Give the words as they were written, by what counts of them."""
    return {key(text): text for text in reversed(texts) if key(text)}


def _count_common(
    rows: Sequence[Mapping[str, str]], columns: Sequence[Mapping[str, str]]
) -> Matrix:
    """Count for every two people the words that the one's row and the other's column share."""
    # Only words that stand on both sides can match; the rest would only widen the product.
    words = set[str]().union(*rows) & set[str]().union(*columns)
    place = {word: index for index, word in enumerate(sorted(words))}
    left, right = _indicators(rows, place), _indicators(columns, place)
    # float32 counts whole numbers up to 2**24 exactly.
    return (left @ right.T).astype(np.int64)


def _indicators(
    people: Sequence[Mapping[str, str]], place: Mapping[str, int]
) -> npt.NDArray[np.float32]:
    bits = np.zeros((len(people), len(place)), dtype=np.float32)
    for row, words in enumerate(people):
        bits[row, [place[word] for word in words if word in place]] = 1
    return bits


def _without_self(quality: npt.NDArray[np.integer]) -> Matrix:
    result = quality.astype(np.int64)
    np.fill_diagonal(result, 0)
    return result
