"""Records: found as if one had looked through all of them, whatever was put and dropped before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.programmes.errors import ProgrammeError, UnknownRecordError
from peerloom.programmes.records import Kind, Records

KIND = Kind("notes", "note", groups=("group",), members=("author", "readers"))


@dataclass(frozen=True, kw_only=True)
class Note:
    id: str
    group: str | None = None
    author: str | None = None
    readers: tuple[str, ...] = ()


people = st.sampled_from("abc")
notes = st.builds(
    Note,
    id=st.sampled_from([f"note-{number}" for number in range(6)]),
    group=st.none() | st.sampled_from("gh"),
    author=st.none() | people,
    readers=st.lists(people, unique=True).map(tuple),
)
changes = st.lists(st.lists(notes, max_size=3) | st.sets(notes.map(lambda note: note.id)))


@given(changes, st.booleans())
def test_what_is_found_is_what_a_look_through_all_finds(changes, looks_first):
    records, plain = Records(KIND), {}
    for change in changes:
        if looks_first:
            records.of_group("g"), records.of_member("a")
        if isinstance(change, set):
            records = records.drop(change)
            plain = {key: note for key, note in plain.items() if key not in change}
        else:
            records = records.put(*change)
            plain |= {note.id: note for note in change}
        assert list(records) == list(plain.values())
        for group in "gh":
            assert list(records.of_group(group)) == [
                note for note in plain.values() if note.group == group
            ]
        for member in "abc":
            assert list(records.of_member(member)) == [
                note for note in plain.values() if member in (note.author, *note.readers)
            ]


def test_nothing_is_changed_in_place():
    before = Records(KIND, [Note(id="1", group="g")])
    before.of_group("g")
    after = before.put(Note(id="1", group="h"), Note(id="2", group="g"))
    assert [note.group for note in before] == ["g"]
    assert [len(before.of_group("g")), len(after.of_group("g")), len(after.of_group("h"))] == [
        1
    ] * 3
    assert "2" not in before


def test_a_replaced_record_keeps_its_place():
    records = Records(KIND, [Note(id="1"), Note(id="2")]).put(Note(id="1", author="a"))
    assert [note.id for note in records] == ["1", "2"]


def test_each_key_is_there_once():
    with pytest.raises(ProgrammeError, match="each note once"):
        Records(KIND, [Note(id="1"), Note(id="1")])


def test_what_is_not_there_is_said():
    records = Records(KIND)
    assert records.get("1") is None
    with pytest.raises(UnknownRecordError, match="no such note"):
        records["1"]


def test_a_number_is_never_given_twice():
    records, (first,) = Records(KIND).numbered()
    records = records.put(Note(id=first)).drop({first})
    assert records.numbered()[1] == ("note-2",)


def test_a_number_that_somebody_took_is_left_out():
    records = Records(KIND, [Note(id="note-1")])
    assert records.numbered(2)[1] == ("note-2", "note-3")


def test_keys_of_several_fields():
    kind = Kind("pairs", "pair", key=("author", "group"))
    records = Records(kind, [Note(id="1", author="a", group="g")])
    assert records["a", "g"].id == "1"


def test_sealed_records_are_made_when_they_are_needed():
    made = []

    def decode(row):
        made.append(row["id"])
        return Note(**row)

    rows = [{"id": "1", "group": "g"}, {"id": "2", "group": "h"}]
    records = Records.sealed(KIND, rows, decode)
    assert (len(records), made) == (2, [])
    assert [note.id for note in records.of_group("h")] == ["2"]
    assert records["2"].group == "h"
    assert made == ["2"]
    assert [type(one) for one in records.plain()] == [dict, Note]
    assert records == Records(KIND, [Note(id="1", group="g"), Note(id="2", group="h")])


def test_sealed_records_are_put_and_dropped_like_others():
    rows = [{"id": "1", "group": "g"}, {"id": "2", "group": "g"}]
    records = Records.sealed(KIND, rows, lambda row: Note(**row))
    changed = records.put(replace(records["1"], group="h")).drop({"2"})
    assert list(changed) == [Note(id="1", group="h")]
    assert len(records.of_group("g")) == 2


def test_what_is_shown_of_records_is_how_many():
    assert repr(Records(KIND, [Note(id="secret")])) == "<notes: 1>"
