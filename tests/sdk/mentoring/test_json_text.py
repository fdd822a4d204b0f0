"""JSON text: the same everywhere, back again, and every fault with its place."""

from __future__ import annotations

import gc
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.json_text import BrokenTextError, NotPlainError, from_bytes, to_bytes

_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.text('aä\n"', max_size=3), below, max_size=4)
    ),
    max_leaves=12,
)
_documents = st.dictionaries(st.text("abc", max_size=3), _plain, max_size=5)


@given(_documents)
def test_data_comes_back_equal_also_through_the_standard_library(data):
    content = to_bytes(data)
    assert from_bytes(content) == json.loads(content) == data
    assert repr(from_bytes(content)) == repr(json.loads(content))
    assert from_bytes(json.dumps(data, indent=1).encode()) == data
    assert from_bytes(b"\xef\xbb\xbf" + content) == data


def turned_round(value):
    """Give equal data whose keys come in the opposite order, however deep."""
    if isinstance(value, dict):
        return {key: turned_round(below) for key, below in reversed(value.items())}
    return [turned_round(below) for below in value] if isinstance(value, list) else value


@given(_documents)
def test_the_order_of_keys_leaves_no_trace(data):
    assert to_bytes(turned_round(data)) == to_bytes(data)


def test_each_record_stands_on_its_own_line():
    lines = to_bytes({"data": {"members": [{"id": "a"}, {"id": "b"}], "policy": {}}}).decode()
    wanted = '{ "data":{ "members":[ {"id":"a"}, {"id":"b"} ], "policy":{} } }'
    assert lines.split() == wanted.split()


@pytest.mark.parametrize(
    "value", [(1, 2), {1, 2}, float("nan"), float("inf"), {1: 2}, {"a": 1, 2: 3}, "\ud800", b"a"]
)
def test_what_json_does_not_hold_is_refused(value):
    for data in ({"a": value}, {"data": {"list": [value]}}):
        with pytest.raises(NotPlainError):
            to_bytes(data)


def test_data_that_is_nested_too_deeply_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotPlainError):
        to_bytes({"a": deep})
    with pytest.raises(BrokenTextError, match="nested too deeply"):
        from_bytes(b"[" * 100_000)


@pytest.mark.parametrize(
    ("content", "line", "column", "why"),
    [
        (b"", 1, 1, "the file is empty"),
        (b" \n", 1, 1, "the file is empty"),
        (b'{"a": 1,\n"b" 2}', 2, 5, "expecting ':' delimiter"),
        (b'{"a":[\n{"b":1},\n{"b":2}', 3, 8, "expecting ',' delimiter"),
        (b'{"a": "\xc3\xa4 \xff"}', 1, 10, "no text in UTF-8"),
        (b'{"a":\n"\xff"}', 2, 2, "no text in UTF-8"),
        (b'{\n"a":[\n{"b":1,"b":2},\n3]}', 3, 8, 'the key "b" stands twice in one place'),
        (b'{"a":1,\n"b":{"a":[]},\n "a" :2}', 3, 2, 'the key "a" stands twice in one place'),
        (b'{"a":[{"b":1},{"b":2}],\n"\\u0061":2}', 2, 1, 'the key "a" stands twice in one place'),
        (b'{"a":\n[\nNaN\n]}', 3, 1, "NaN is no number in JSON"),
        (b'{"a": -Infinity}', 1, 7, "-Infinity is no number in JSON"),
        (b'{"NaN": 1,\n"a": [-1.5e3, -1e999]}', 2, 15, "a number that is too large"),
        (b'{"a":\n' + b"7" * 5000 + b"}", 2, 1, "a number with too many digits"),
        (b'{"a": "\\ud83d\\ude00",\n"b": "\\ud83d"}', 2, 6, "half a character (a lone surrogate)"),
        ('{"a": "\u2028\x85",\n"b": NaN}'.encode(), 2, 6, "NaN is no number in JSON"),
        (b'\xef\xbb\xbf{"a": NaN}', 1, 7, "NaN is no number in JSON"),
        (b'{"a":\n' + b"[" * 5000 + b"NaN", 2, 100, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(content, line, column, why):
    with pytest.raises(BrokenTextError) as caught:
        from_bytes(content)
    assert (caught.value.line, caught.value.column, str(caught.value)) == (line, column, why)


@pytest.mark.parametrize("was_enabled", [True, False])
def test_garbage_is_collected_afterwards_as_before(was_enabled):
    (gc.enable if was_enabled else gc.disable)()
    try:
        to_bytes(from_bytes(b'{"a": 1}'))
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()
