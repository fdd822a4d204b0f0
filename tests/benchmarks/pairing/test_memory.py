"""How much memory `match` needs beside the weights that it is given."""

from __future__ import annotations

import numpy as np
import pytest

PROGRAM = """
import numpy as np
from peerloom.pairing import match
matching = match(np.load({path!r}))
assert matching.total == matching.upper_bound
"""


@pytest.mark.parametrize(
    "size", [100, *(pytest.param(size, marks=pytest.mark.measured) for size in (1000, 3000))]
)
def test_memory(size, races, fresh, cohort, tmp_path):
    path = str(tmp_path / "weights.npy")
    np.save(path, cohort(size).dense())
    _, before = fresh(f"import numpy as np\nimport peerloom.pairing\nnp.load({path!r})")
    _, peak = fresh(PROGRAM.format(path=path))
    assert peak >= before
    races.line(f"memory, dense weights, n = {size}: {peak} MiB, {before} MiB before `match`")
