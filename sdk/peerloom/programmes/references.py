"""Whether everything that records name is there: groups, members, sessions, rounds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import ERASED
from peerloom.programmes.programme import Programme
from peerloom.programmes.records import Records, owners


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
        for place, record in enumerate(getattr(programme, kind.name).plain()):
            for what, there in known:
                for field in getattr(kind, what):
                    if not all(_is_known(one, there) for one in owners(record, (field,))):
                        expected = f'ids that are in "{what}"'
                        yield UnknownReference(kind.name, place, field, expected)
    yield from _others(programme, "check_ins", "session", programme.sessions)
    yield from _others(programme, "groups", "round", programme.rounds, "numbers")


def _others(
    programme: Programme, kind: str, field: str, there: Records[Any], what: str = "ids"
) -> Iterator[UnknownReference]:
    for place, record in enumerate(getattr(programme, kind).plain()):
        value = record.get(field) if type(record) is dict else getattr(record, field)
        if value is not None and value not in there:
            where = "sessions" if field == "session" else "rounds"
            yield UnknownReference(kind, place, field, f'{what} that are in "{where}"')


def _is_known(one: Hashable, there: Records[Any]) -> bool:
    return one in there or (isinstance(one, str) and one.startswith(ERASED))
