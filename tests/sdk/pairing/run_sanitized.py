"""Solve many instances with a given library and with the plain engine; see test_sanitizers.py."""

from __future__ import annotations

import sys

import numpy as np

from peerloom.pairing import NoPartitionError, engine, match, partition
from peerloom.pairing.compiled import CompiledEngine
from peerloom.pairing.library import load, scan
from peerloom.pairing.profiles import Codes, ProfileWeights, SharedBits, pack_bits


def instances():
    for seed in range(60):
        random = np.random.default_rng(seed)
        size = int(random.integers(2, 150)) if seed % 6 else 300 + seed
        largest = [3, 1000, 1 << 40][seed % 3]
        weights = random.integers(0, largest, (size, size))
        weights = np.triu(np.where(random.random((size, size)) < seed % 5 / 10, -1, weights), 1)
        yield 12 * (weights + weights.T)
    yield np.kron(np.eye(15, dtype=np.int64), np.full((7, 7), 1188)) + 12
    for seed in range(10):
        random = np.random.default_rng(seed)
        size = 70 + 30 * seed
        bits = SharedBits(pack_bits(random.random((size, 70)) < 0.2), 12 * np.arange(9, dtype="i4"))
        table = 12 * random.integers(0, 9, (4, 4)).astype(np.int32)
        codes = Codes(random.integers(0, 4, size).astype(np.int32), table + table.T)
        yield ProfileWeights(size, [bits, codes])


def answers(weights):
    yield match(weights)
    try:
        yield partition(weights, seed=3)
    except (NoPartitionError, ValueError) as error:
        yield str(error)


def main(path: str, *options: str) -> None:
    library = load(path)
    assert library is not None
    if options:
        # A matrix that is said to be larger than it is.
        library.pl_scan(np.zeros((3, 3), dtype=np.int64).ctypes.data, 8, 300, 1, None)
        return
    assert scan(library, np.eye(3, dtype=np.int64)) == (0, True)
    for weights in instances():
        with engine.using("python"):
            plain = list(answers(weights))
        with engine.using(CompiledEngine(library, 2)):
            assert list(answers(weights)) == plain
    sys.stdout.write("all instances agree\n")


main(*sys.argv[1:])
