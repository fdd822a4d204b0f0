"""Teach and learn: whether each can teach what the other wants to learn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from peerloom.criteria.bits import Numbers, Said, keys
from peerloom.criteria.scale import points_of
from peerloom.members import Member, labels
from peerloom.pairing.profiles import ExchangedBits
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

# Quality by the number of matches in one direction. The first match opens the door, a second one
# adds less, and a long list of skills buys nothing more.
_ONE_WAY = np.array([0, 350, 500])


def terms(members: Sequence[Member], share: int) -> tuple[ExchangedBits]:
    """Rate what two people can teach each other; both directions count half.

    A direction is full with two skills. Whoever names no skill has no part in this criterion, and
    a skill more never makes a pair worse.
    """
    numbers = Numbers()
    teach = Said.read([member.teach for member in members], numbers)
    learn = Said.read([member.learn for member in members], numbers)
    width = len(numbers)
    # Only words that stand on both sides can match.
    counts = (teach.counts(width) > 0) & (learn.counts(width) > 0)
    size = len(members)
    points = points_of(_ONE_WAY[:, None] + _ONE_WAY, share)
    return (ExchangedBits(teach.packed(counts, size), learn.packed(counts, size), points),)


def why(members: Sequence[Member], points: IntArray) -> Iterator[Reason]:
    """Say for every two people what they can teach each other.

    Parameters
    ----------
    points
        Of every two members, in the order of `itertools.combinations`.
    """
    names = labels(members)
    found = False
    for place, (one, other) in enumerate(combinations(range(len(members)), 2)):
        part = int(points[place]) // comb(len(members), 2)
        there = _words(keys(members[one].teach), keys(members[other].learn))
        back = _words(keys(members[other].teach), keys(members[one].learn))
        if there and back:
            found = True
            yield Reason(
                code="teach_each_other",
                template=N_(
                    "{one} can teach {other}: {there}. In return {other} can teach {one}: {back}."
                ),
                values={"one": names[one], "other": names[other], "there": there, "back": back},
                points=part,
            )
        elif there or back:
            found = True
            teacher, learner = (one, other) if there else (other, one)
            yield Reason(
                code="teach_one_way",
                template=N_("{teacher} can teach {learner}: {skills}."),
                values={
                    "teacher": names[teacher],
                    "learner": names[learner],
                    "skills": there or back,
                },
                points=part,
            )
    if not found and not all(member.teach and member.learn for member in members):
        yield Reason(
            code="teach_and_learn_unknown",
            template=N_(
                "Not everybody has said yet what they can teach and want to learn: "
                "that would show what you can give each other."
            ),
        )
    elif not found:
        yield Reason(
            code="teach_and_learn_none",
            template=N_(
                "What you can teach and want to learn does not meet: you can learn together."
            ),
        )


def _words(teach: dict[str, str], learn: dict[str, str]) -> str:
    return ", ".join(teach[word] for word in sorted(teach.keys() & learn.keys()))
