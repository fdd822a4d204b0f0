"""Answers as bits: words, and values that are the same or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.pairing.profiles import SharedBits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peerloom.pairing.profiles import Bits
    from peerloom.pairing.weights import IntArray


def key(text: str) -> str:
    """Reduce a skill or topic to what counts: "Machine  learning" is "machine learning"."""
    return " ".join(text.casefold().split())


def keys(texts: Sequence[str]) -> dict[str, str]:
    """Give the words as they were written, by what counts of them."""
    return {key(text): text for text in reversed(texts) if key(text)}


class Numbers(dict[str, int]):
    """A number for each word, the same for all its spellings; -1 for a word that says nothing.

    Examples
    --------
    >>> numbers = Numbers()
    >>> [numbers[word] for word in ("SQL", "Git", " sql", "")]
    [0, 1, 0, -1]
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_key: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        short = key(text)
        number = self._by_key.setdefault(short, len(self._by_key)) if short else -1
        self[text] = number
        return number


class Said(NamedTuple):
    """Who said which words: each person and number of a word once, sorted by person."""

    people: IntArray
    words: IntArray

    @classmethod
    def read(cls, answers: Sequence[Sequence[str]], numbers: Numbers) -> Said:
        """Read the lists of n people."""
        people = np.repeat(np.arange(len(answers)), [len(answer) for answer in answers])
        words = np.array([numbers[text] for answer in answers for text in answer], dtype=np.int64)
        people, words = people[words >= 0], words[words >= 0]
        width = int(words.max(initial=0)) + 1
        people, words = np.divmod(np.unique(people * width + words), width)
        return cls(people, words)

    def counts(self, width: int) -> IntArray:
        """Count for each of `width` words how many people said it."""
        return np.bincount(self.words, minlength=width)

    def packed(self, counts: NDArray[np.bool_], size: int) -> Bits:
        """Pack the words that count into bits of `size` people, shape ``(size, words of 64)``."""
        place = np.cumsum(counts) - 1
        here = counts[self.words]
        return packed(self.people[here], place[self.words[here]], size, int(counts.sum()))


def packed(people: IntArray, bits: IntArray, size: int, width: int) -> Bits:
    """Set bits of people, each given once.

    Parameters
    ----------
    people, bits : array of int, shape (answers,)
        The person from 0 to size - 1, and the bit from 0 to width - 1.
    size, width
        How many people and bits there are.

    Returns
    -------
    array of uint64, shape (size, words)
        At least one word; bit 0 is the lowest of the first word.
    """
    table = np.zeros((size, 8 * max(1, -(-width // 64))), dtype=np.uint8)
    # One bit of a byte at a time: so no place of the table is written twice in one statement.
    for bit in range(8):
        here = bits % 8 == bit
        table[people[here], bits[here] // 8] |= np.uint8(1 << bit)
    return table.view("<u8").astype(np.uint64, copy=False)


def equality(codes: IntArray, *, same: int, other: int) -> SharedBits:
    """Give points to two people with the same value, and others to two with different values.

    Parameters
    ----------
    codes : array of int, shape (n,)
        The value of each person, from 0; -1 where it is not known. A pair with such a person gets
        no points.
    same, other
        The points of a pair.

    Notes
    -----
    The digits of a code are written with two bits each, 01 or 10, and one more bit says that there
    is a code. So two people share 1 + digits bits if all their digits are the same, 1 up to that if
    not, and none if one of them is unknown. However many values there are, they fit into a word.
    """
    digits = max(1, int(codes.max(initial=0)).bit_length())
    is_one = (codes[:, None] >> np.arange(digits)) & 1 == 1
    is_known = codes[:, None] >= 0
    bits = np.concatenate((is_known, is_known & is_one, is_known & ~is_one), axis=1)
    people, places = np.nonzero(bits)
    points = np.array([0, *[other] * digits, same], dtype=np.int32)
    return SharedBits(packed(people, places, len(codes), bits.shape[1]), points)
