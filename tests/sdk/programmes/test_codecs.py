"""Codecs: what they accept and give is what their schemas accept and give."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.programmes.codecs import Codec
from peerloom.programmes.documents import _SCHEMAS, PRIVATE, to_plain
from peerloom.programmes.kinds import KINDS


def rows(course, kind):
    plain = json.loads(json.dumps(to_plain(course)))
    return (plain[PRIVATE] if KINDS[kind].is_private else plain).get(kind, [])


@pytest.mark.parametrize("kind", _SCHEMAS)
def test_what_the_schema_needs_the_record_needs(kind):
    schema = _SCHEMAS[kind]()
    given = [one for one in fields(schema.record) if one.init]
    needed = {
        one.name for one in given if one.default is MISSING and one.default_factory is MISSING
    }
    assert needed == {name for name, field in schema.fields.items() if field.required}
    assert {one.name for one in given} == set(schema.fields)


@pytest.mark.parametrize("kind", _SCHEMAS)
def test_a_codec_gives_what_the_schema_gives(course, kind):
    schema = _SCHEMAS[kind]()
    codec = Codec(schema)
    for row in rows(course, kind):
        record = codec.load(row)
        assert record == schema.load(row)
        assert codec.dump(record) == row
        assert codec.load(schema.dump(record)) == record or kind == "members"


@pytest.mark.parametrize("kind", _SCHEMAS)
def test_defaults_are_left_out(course, kind):
    for row in rows(course, kind):
        assert all(value not in ([], "", False) for value in row.values())


values = st.none() | st.booleans() | st.integers(-2, 10**9) | st.text(max_size=4)
values |= st.lists(values, max_size=2) | st.dictionaries(st.text(max_size=3), values, max_size=1)


@given(st.data())
def test_a_codec_refuses_what_the_schema_refuses(course, data):
    kind = data.draw(st.sampled_from(["sessions", "goals", "check_ins", "agreements", "members"]))
    schema = _SCHEMAS[kind]()
    row = dict(data.draw(st.sampled_from(rows(course, kind))))
    name = data.draw(st.sampled_from([*schema.fields, "nonsense"]))
    row[name] = data.draw(values)
    assert outcome(Codec(schema).load, row) == outcome(schema.load, row)


def outcome(load, row):
    """A record, or what was said against it."""
    try:
        return load(row)
    except ValidationError as error:
        return error.messages


@pytest.mark.parametrize("row", [None, [], "x", 3])
def test_what_is_no_keys_with_values_is_refused(row):
    with pytest.raises(ValidationError):
        Codec(_SCHEMAS["groups"]()).load(row)
