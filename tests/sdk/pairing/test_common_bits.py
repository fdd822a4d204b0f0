"""Counting common bits: by words and by merged columns, the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from peerloom.pairing.common_bits import CommonBits
from peerloom.pairing.profiles import Codes, ExchangedBits, ProfileWeights, SharedBits, pack_bits


def table(people, bits, *, runs, seed=1):
    """Random bits; in runs of some length everybody has the same everywhere."""
    random = np.random.default_rng(seed)
    has = random.random((people, -(-bits // runs))) < 0.4
    return np.repeat(has, runs, axis=1)[:, :bits]


@pytest.mark.parametrize(
    ("bits", "runs"),
    [
        (1, 1),
        (64, 1),
        (300, 1),
        (700, 1),  # many words, each bit on its own: word by word
        (1000, 50),  # many words that merge to a few columns
        (5000, 7),
    ],
)
def test_counts_are_what_a_product_says(bits, runs):
    left, right = table(40, bits, runs=runs), table(40, bits, runs=runs, seed=2)
    common = CommonBits(pack_bits(left), pack_bits(right))
    expected = left.astype(int) @ right.T.astype(int)
    assert np.array_equal(common.counts(0, 40), expected)
    assert np.array_equal(common.counts(7, 19, 11), expected[7:19, 11:])
    assert expected.max() <= common.most <= bits
    assert common.counts(0, 40).dtype == np.min_scalar_type(common.most)


@pytest.mark.parametrize("words", [1, 20])
def test_nobody_has_anything_in_common(words):
    none = np.zeros((5, words), dtype=np.uint64)
    assert CommonBits(none, ~none).most == 0
    assert not CommonBits(none, ~none).counts(0, 5).any()


def test_a_block_of_many_columns_is_counted_in_pieces():
    has = table(3000, 90, runs=1)
    counts = CommonBits(pack_bits(has), pack_bits(has)).counts(100, 300)
    assert np.array_equal(counts, has[100:300].astype(int) @ has.T.astype(int))


@pytest.mark.parametrize("factor", [12, 12_000])
def test_blocks_are_the_values_of_pairs_in_narrow_and_wide_numbers(factor):
    """Points that do not fit into two bytes are summed in four."""
    size = 300
    bits, other = (pack_bits(table(size, 70, runs=1, seed=seed)) for seed in (3, 4))
    steps = factor * np.arange(5, dtype=np.int32)
    terms = [
        SharedBits(bits, steps[:3]),
        ExchangedBits(bits, other, steps[:3, None] + steps[:3]),
        Codes(np.arange(size, dtype=np.int32) % 5, -np.abs(steps[:, None] - steps)),
    ]
    model = ProfileWeights(size, terms)
    tails, heads = np.divmod(np.arange(size * size), size)
    expected = sum(term.values(tails, heads) for term in terms).reshape(size, size)
    assert np.array_equal(model.terms_block(10, 290, 5), expected[10:290, 5:])
    assert model.terms_block(0, 1).dtype == (np.int16 if factor == 12 else np.int32)
    assert np.array_equal(model.terms_dense(), expected)
    kept = np.maximum(expected, -1)
    np.fill_diagonal(kept, -1)
    assert np.array_equal(model.dense(), kept)
