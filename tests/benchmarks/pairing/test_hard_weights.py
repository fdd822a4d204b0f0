"""`match` where bounds are poor, ties are many, or everybody wants the same few people."""

from __future__ import annotations

import pytest

KINDS = (
    "all equal",
    "level alone",
    "clusters of seven",
    "hubs, product",
    "hubs, sum",
    "points in the plane",
)


@pytest.mark.parametrize(
    "size",
    [60, *(pytest.param(size, marks=pytest.mark.measured) for size in (1000, 3000))],
)
@pytest.mark.parametrize("kind", KINDS)
def test_hard_weights(kind, size, races, hard_field):
    field = hard_field(kind, size)
    # Without the core the hardest of these take minutes.
    runners = list(field.ours(2 if size <= 1000 or races.is_slow else 1))
    if size <= 1000 or races.is_slow:
        runners += field.pymatching()
    if size <= 60 or races.is_slow:
        runners += field.rustworkx()
    races.run(f"{kind}, n = {size}", runners)
