"""`match` on a dense matrix, beside whatever else a user could install for it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "size",
    [
        60,
        *(pytest.param(size, marks=pytest.mark.measured) for size in (100, 300, 1000, 3000)),
    ],
)
def test_dense_weights(size, races, dense_field):
    field = dense_field(size)
    runners = [*field.ours(), *field.pymatching(), *field.assignment()]
    if size <= 1000 or races.is_slow:
        runners += field.rustworkx()
    if size <= 300 or (size <= 1000 and races.is_slow):
        runners += field.networkx()
    if races.is_measured and size <= 300:
        runners += field.cp_sat(60 if races.is_slow else 10)
    races.run(f"dense weights, n = {size}", runners)
