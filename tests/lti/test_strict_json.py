"""JSON that every reader understands alike, on every version of Python."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti import strict_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(DOCUMENTS)
def test_what_the_standard_library_writes_is_read(document):
    assert strict_json.loads(json.dumps(document).encode()) == document


@given(st.integers(1, 200), st.sampled_from([("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")]))
def test_the_depth_that_is_too_deep_is_ours_and_not_pythons(levels, brackets):
    opening, closing = brackets
    document = (opening * levels + "1" + closing * levels).encode()
    if levels * sum(map(opening.count, "[{")) <= strict_json.MAX_DEPTH - 1:
        assert json.dumps(strict_json.loads(document))
    else:
        with pytest.raises(strict_json.JsonDepthError):
            strict_json.loads(document)


@pytest.mark.parametrize("levels", [1_000, 3_000, 100_000])
def test_depths_that_break_readers_are_refused(levels):
    with pytest.raises(strict_json.JsonDepthError):
        strict_json.loads(b"[" * levels + b"]" * levels)
