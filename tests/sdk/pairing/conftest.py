"""Oracles that know nothing of the engine: plain enumeration, and cohorts that look real."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest


@pytest.fixture(scope="session")
def best_matching():
    """Enumerate all matchings: most pairs first, then the largest total."""

    def solve(matrix):
        size = len(matrix)

        def best(people):
            if len(people) < 2:
                return (0, 0)
            first, rest = people[0], people[1:]
            found = best(rest)
            for index, other in enumerate(rest):
                if matrix[first][other] >= 0:
                    pairs, total = best(rest[:index] + rest[index + 1 :])
                    found = max(found, (pairs + 1, total + int(matrix[first][other])))
            return found

        return best(tuple(range(size)))

    return solve


@pytest.fixture(scope="session")
def value_of():
    """Value of groups: inner sum over k - 1 for a group of k."""

    def value(matrix, groups):
        return sum(
            sum(int(matrix[i][j]) for i, j in combinations(group, 2)) // (len(group) - 1)
            for group in groups
        )

    return value


@pytest.fixture(scope="session")
def best_partition(value_of):
    """Enumerate all partitions into groups of given sizes; None if each has a forbidden pair."""

    def splits(people, sizes):
        if not people:
            yield ()
            return
        for size in sorted(set(sizes)):
            rest_sizes = list(sizes)
            rest_sizes.remove(size)
            for others in combinations(people[1:], size - 1):
                rest = tuple(person for person in people[1:] if person not in others)
                for tail in splits(rest, rest_sizes):
                    yield ((people[0], *others), *tail)

    def solve(matrix, sizes):
        values = [
            value_of(matrix, groups)
            for groups in splits(tuple(range(len(matrix))), sizes)
            if all(matrix[i][j] >= 0 for group in groups for i, j in combinations(group, 2))
        ]
        return max(values, default=None)

    return solve


@pytest.fixture(scope="session")
def cohort():
    """Pair scores of an invented cohort: skills both ways, common hours, level, topics."""

    def make(size, seed=0):
        random = np.random.default_rng(seed)
        teach = (random.random((size, 24)) < 0.16).astype(np.int64)
        learn = (random.random((size, 24)) < 0.10).astype(np.int64)
        hours = (random.random((size, 42)) < 0.15).astype(np.int64)
        topics = (random.random((size, 30)) < 0.10).astype(np.int64)
        level = random.integers(1, 6, size)
        lessons = np.minimum(teach @ learn.T, 3)
        scores = 600 * (lessons + lessons.T)
        scores += 400 * np.minimum(hours @ hours.T, 8)
        scores += 500 * (4 - np.abs(level[:, None] - level))
        scores += 500 * np.minimum(topics @ topics.T, 3)
        return scores // 12 * 12

    return make


@pytest.fixture(scope="session")
def random_matrix():
    """Symmetric matrix of a `random.Random`; -1 where a pair is forbidden."""

    def make(random, size, *, largest, forbidden=0.0, step=1):
        matrix = np.full((size, size), -1)
        for i, j in combinations(range(size), 2):
            if random.random() >= forbidden:
                matrix[i, j] = matrix[j, i] = step * random.randint(0, largest)
        return matrix

    return make
