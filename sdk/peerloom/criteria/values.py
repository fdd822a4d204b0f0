"""Values that are the same or different: sections, columns of one's own, and the mix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from peerloom.comparisons import COMPLEMENTARY, ColumnCriterion, Comparison, Way
from peerloom.criteria import distances
from peerloom.criteria.bits import Numbers, equality, key
from peerloom.criteria.scale import FULL_QUALITY, points_of
from peerloom.members import Member
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.pairing.profiles import SharedBits, Term
    from peerloom.pairing.weights import IntArray

_HUNDREDTHS = 100
_NUMBER = re.compile(r"([+-]?)(\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)


def number_of(text: str) -> int | None:
    """Read a number in hundredths: digits, and up to two more after a point or comma.

    Examples
    --------
    >>> number_of("3"), number_of("-2,5"), number_of("12 years")
    (300, -250, None)
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, part = found.groups()
    hundredths = int(whole) * _HUNDREDTHS + int(f"{part or 0:0<2}")
    return -hundredths if sign == "-" else hundredths


def said(answers: Mapping[str, str], name: str) -> str:
    """Give what somebody said under a name, of which case and white space do not matter."""
    if name in answers:
        return answers[name]
    wanted = key(name)
    return next((text for own, text in answers.items() if key(own) == wanted), "")


def column_of(member: Member, name: str) -> str:
    """Give what somebody said in a column; the section is a column, too."""
    return member.section if key(name) == "section" else said(member.columns, name)


def section_terms(
    members: Sequence[Member], share: int, comparison: Comparison
) -> tuple[SharedBits]:
    """Rate whether two people are in the same section, or in different ones.

    A section that is not known rates nothing.
    """
    return (_words([member.section for member in members], share, comparison),)


def mix_terms(members: Sequence[Member], share: int, attribute: str) -> tuple[SharedBits]:
    """Rate different answers to a protected question. Whoever gave none has no part in it."""
    answers = [said(member.protected, attribute) for member in members]
    return (_words(answers, share, COMPLEMENTARY),)


def column_terms(
    members: Sequence[Member], share: int, criterion: ColumnCriterion
) -> tuple[Term, ...]:
    """Rate two values of a column of one's own.

    Two numbers are compared by `distances.quality`; two other values are the same or not. A value
    that is not there rates nothing.
    """
    texts = [column_of(member, criterion.column) for member in members]
    comparison, unit = criterion.comparison, criterion.unit
    numbers = [number_of(text) if unit else None for text in texts]
    found: list[Term] = []
    if any(number is not None for number in numbers):
        found.extend(distances.terms(numbers, share, comparison, unit=unit, scale=_HUNDREDTHS))
    if comparison.way is not Way.GAP and any(
        key(text) for text, number in zip(texts, numbers, strict=True) if number is None
    ):
        # Beside words all numbers are one value: what tells them apart is rated above.
        beside = "" if comparison.way is Way.SIMILAR else "\0"
        words = [
            text if number is None else beside for text, number in zip(texts, numbers, strict=True)
        ]
        found.append(_words(words, share, comparison))
    return tuple(found)


def section_why(members: Sequence[Member], points: IntArray) -> Iterator[Reason]:
    """Say whether people are in the same section."""
    part = int(points.sum()) // len(points)
    sections = [key(member.section) for member in members]
    known = [section for section in sections if section]
    if len(known) < 2:
        return
    if len(set(sections)) == 1:
        code, template = "section_same", N_("You are in the same section.")
    elif len(set(sections)) == len(members) == len(known):
        code, template = "section_different", N_("You come from different sections.")
    elif len(set(known)) < len(known):
        code, template = "section_some_same", N_("Some of you are in the same section.")
    else:
        code, template = "section_some", N_("Some of you come from different sections.")
    yield Reason(code=code, template=template, points=part)


def column_why(
    members: Sequence[Member], points: IntArray, criterion: ColumnCriterion
) -> Iterator[Reason]:
    """Say how the answers to a column go together, and not what they are."""
    part = int(points.sum()) // len(points)
    answers = [key(column_of(member, criterion.column)) for member in members]
    if not all(answers):
        code = "column_unknown"
        template = N_('Not everybody has said something for "{column}" yet.')
    elif len(set(answers)) == 1:
        code, template = "column_same", N_('You have said the same for "{column}".')
    elif part == 0:
        code, template = "column_far", N_('What you have said for "{column}" differs.')
    else:
        code, template = "column_fits", N_('What you have said for "{column}" goes well together.')
    yield Reason(code=code, template=template, values={"column": criterion.column}, points=part)


def protected_codes(members: Sequence[Member], attribute: str) -> IntArray:
    """Give the answers to a protected question as numbers from 0, -1 where there is none."""
    return _codes([said(member.protected, attribute) for member in members])


def _codes(texts: Sequence[str]) -> IntArray:
    numbers = Numbers()
    return np.array([numbers[text] for text in texts], dtype=np.int64)


def _words(texts: Sequence[str], share: int, comparison: Comparison) -> SharedBits:
    full = int(points_of(FULL_QUALITY, share))
    same, other = (0, full) if comparison.way is Way.COMPLEMENTARY else (full, 0)
    return equality(_codes(texts), same=same, other=other)
