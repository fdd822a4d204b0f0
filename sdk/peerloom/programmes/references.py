"""Whether everything that records name is there: groups, members, sessions, rounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import ERASED
from peerloom.programmes.programme import Programme
from peerloom.programmes.records import Records

_SINGLE = (str, int)


class UnknownReference(NamedTuple):
    """A record that names something that is not there.

    Parameters
    ----------
    kind
        The name of the kind of the record.
    place
        Which one it is, counted from 0.
    field
        The field that names it.
    expected
        What should be named there.
    """

    kind: str
    place: int
    field: str
    expected: str


def unknown_references(programme: Programme) -> Iterator[UnknownReference]:
    """Find every record that names a group, member, session or round that is not there.

    Notes
    -----
    O(n) for all records.
    """
    known: tuple[tuple[str, Records[Any]], ...] = (
        ("groups", programme.groups),
        ("members", programme.members),
    )
    for kind in KINDS.values():
        if kind.name == "members":
            continue
        for what, there in known:
            for field in getattr(kind, what):
                expected = f'ids that are in "{what}"'
                yield from _unknown(programme, kind.name, field, there, expected)
    there = programme.sessions
    yield from _unknown(programme, "check_ins", "session", there, 'ids that are in "sessions"')
    rounds = programme.rounds
    yield from _unknown(programme, "groups", "round", rounds, 'numbers that are in "rounds"')


def _unknown(
    programme: Programme, kind: str, field: str, there: Records[Any], expected: str
) -> Iterator[UnknownReference]:
    for place, record in enumerate(getattr(programme, kind).plain()):
        value = record.get(field) if type(record) is dict else getattr(record, field)
        if value is None or (type(value) in _SINGLE and value in there):
            continue
        ids = (value,) if type(value) in _SINGLE else value
        for one in ids:
            if one not in there and not (isinstance(one, str) and one.startswith(ERASED)):
                yield UnknownReference(kind, place, field, expected)
                break
