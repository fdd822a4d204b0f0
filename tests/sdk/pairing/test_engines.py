"""The compiled engine and the plain one: the same answer to the byte, on any number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import numpy as np
import pytest

from peerloom.pairing import NoPartitionError, engine, match, partition
from peerloom.pairing.library import load
from peerloom.pairing.plain import PlainEngine
from peerloom.pairing.profiles import (
    FORBIDDEN,
    Codes,
    Exceptions,
    ExchangedBits,
    ProfileWeights,
    SharedBits,
    pack_bits,
)

pytestmark = pytest.mark.skipif(
    load() is None and "CI" not in os.environ, reason="there is no compiled engine here"
)

# Each a way to fill the upper triangle of a matrix.
KINDS = {
    "uniform": lambda random, size: random.integers(0, 1000, (size, size)),
    "ties": lambda random, size: random.integers(0, 3, (size, size)),
    "equal": lambda _, size: np.full((size, size), 7),
    "sparse": lambda random, size: np.where(
        random.random((size, size)) < 0.08, random.integers(0, 50, (size, size)), -1
    ),
    "clusters": lambda _, size: np.where(
        np.arange(size)[:, None] // 7 == np.arange(size) // 7, 100, 1
    ),
    "hubs": lambda random, size: np.add.outer(*[random.integers(0, 500, size) ** 2] * 2),
    "product": lambda random, size: np.multiply.outer(*[random.integers(1, 99, size)] * 2),
    "huge": lambda random, size: random.integers(0, 1 << 45, (size, size)),
    "middle": lambda random, size: random.integers(0, 1 << 24, (size, size)),
    "lonely": lambda random, size: np.where(
        np.add.outer(*[np.arange(size) % 9 == 0] * 2), -1, random.integers(0, 99, (size, size))
    ),
}


def symmetric(table):
    upper = np.triu(table.astype(np.int64), 1)
    return upper + upper.T


def both(solve):
    """Solve with every engine; all answers must be one."""
    with engine.using("python"):
        plain = solve()
    for threads in (1, 2):
        with engine.using("compiled", threads=threads):
            assert solve() == plain
    return plain


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_matrices(kind):
    for seed in range(100):
        random = np.random.default_rng([seed, len(kind)])
        # Beyond 60 people the pairs come in rounds, beyond 256 in several blocks.
        size = int(random.integers(0, 60)) if seed % 4 else int(random.integers(61, 130))
        weights = symmetric(KINDS[kind](random, size))
        matching = both(lambda weights=weights: match(weights))
        assert matching.verify(weights)


@pytest.mark.parametrize("kind", ["uniform", "ties", "hubs", "huge", "lonely"])
def test_several_blocks(kind):
    weights = symmetric(KINDS[kind](np.random.default_rng(5), 600))
    assert both(lambda: match(weights)).verify(weights)


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint64])
def test_every_width_of_numbers(kind):
    weights = symmetric(np.random.default_rng(3).integers(0, 99, (70, 70)))
    wide = both(lambda: match(weights))
    assert both(lambda: match(weights.astype(kind))) == wide
    assert both(lambda: match(np.asfortranarray(weights.astype(kind)))) == wide


def test_the_diagonal_does_not_count():
    weights = symmetric(np.random.default_rng(3).integers(0, 99, (70, 70)))
    plain = both(lambda: match(weights))
    np.fill_diagonal(weights, 1 << 40)
    assert both(lambda: match(weights)) == plain


@pytest.mark.parametrize("seed", range(40))
def test_partitions_with_and_without_a_trio(seed, random_matrix):
    size = [3, 4, 9, 20, 31, 64, 75, 103][seed % 8]
    weights = random_matrix(
        Random(seed), size, largest=5 if seed % 3 else 900, forbidden=0.05, step=12
    )
    both(lambda: _partition_or_alone(weights, seed))


def _partition_or_alone(weights, seed):
    try:
        return partition(weights, seed=seed)
    except NoPartitionError as error:
        return error.indices


def profiles(seed, size):
    """Terms of every kind, some of which forbid pairs, and exceptions."""
    random = np.random.default_rng(seed)
    shared = SharedBits(
        pack_bits(random.random((size, 200)) < 0.1), np.array([0, 24, 36, 48], np.int32)
    )
    # Tables that a register holds, and larger ones.
    side, kinds = [(3, 5), (5, 20), (4, 16)][seed % 3]
    table = 12 * random.integers(0, 9, (side, side)).astype(np.int32)
    exchanged = ExchangedBits(
        pack_bits(random.random((size, 20)) < 0.2),
        pack_bits(random.random((size, 20)) < 0.2),
        table + table.T,
    )
    points = 12 * random.integers(0, 9, (kinds, kinds)).astype(np.int32)
    points[1, 3] = points[3, 1] = FORBIDDEN // 2
    codes = Codes(random.integers(0, kinds, size).astype(np.int32), points + points.T)
    pairs = np.unique(np.sort(random.integers(0, size, (size, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    said = Exceptions(pairs[:, 0], pairs[:, 1], 12 * random.integers(-1, 90, len(pairs)))
    return ProfileWeights(size, [shared, exchanged, codes], said)


@pytest.mark.parametrize(("seed", "size"), [(0, 2), (1, 40), (2, 61), (3, 90), (4, 300), (5, 555)])
def test_profiles_are_their_matrix(seed, size):
    """Working weights out when they are needed gives what their whole matrix gives."""
    weights = profiles(seed, size)
    matching = both(lambda: match(weights))
    dense = weights.dense()
    assert matching.verify(weights)
    assert matching.verify(dense)
    assert matching.total == match(dense).total


@pytest.mark.parametrize("vectors", ["plain", "avx2"])
def test_narrower_vectors_give_the_same(vectors):
    """The library asks which vectors there are when it is loaded: so in a process of its own."""
    chosen = "several_blocks or profiles_are_their_matrix or width"
    options = ["-q", "-p", "no:cacheprovider", "-k", chosen]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, __file__],
        env=os.environ | {"PEERLOOM_VECTORS": vectors},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_a_broken_proof_is_no_proof():
    weights = profiles(3, 90)
    matching = match(weights)
    better = weights.replacing(
        Exceptions(*(np.array([value]) for value in (*_unmatched(matching), 1 << 20)))
    )
    assert not matching.verify(better)


def _unmatched(matching):
    mates = dict(matching.pairs)
    return next((0, other) for other in range(1, matching.size) if mates.get(0) != other)


def test_the_environment_names_the_engine(monkeypatch):
    monkeypatch.setenv("PEERLOOM_ENGINE", "python")
    assert isinstance(engine.current(), PlainEngine)
    monkeypatch.setenv("PEERLOOM_ENGINE", "compiled")
    assert engine.current().name == "compiled"


def test_a_library_of_another_kind_is_not_used(tmp_path):
    file = tmp_path / "_core.so"
    file.write_bytes(b"this is no library")
    assert load(str(file)) is None
    assert load(str(tmp_path / "missing.so")) is None
