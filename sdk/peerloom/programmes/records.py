"""Records of one kind: in their order, found by key, by group and by member."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from peerloom.programmes.errors import ProgrammeError, UnknownRecordError

R = TypeVar("R")
Index = dict[str, tuple[Hashable, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What tells records of a kind apart, and whose they are.

    Parameters
    ----------
    name
        What the programme and its file call them, such as "sessions".
    one
        What a single one is called; its number makes the id of a new one.
    key
        The fields that tell one from every other.
    groups, members
        The fields with ids of groups and members: text, None, or tuples of text.
    is_private
        Whether nobody reads them but those whom each record names, so that they are part of no
        export.
    """

    name: str
    one: str
    key: tuple[str, ...] = ("id",)
    groups: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    is_private: bool = True


class Records(Generic[R]):
    """Records of one kind, never changed: `put` and `drop` give new ones.

    Parameters
    ----------
    kind
        Which kind.
    records
        In their order; each key once.
    last
        The highest number that was ever given to a record of this kind; it is never given again.

    Raises
    ------
    ProgrammeError
        For a key that is there twice.

    Notes
    -----
    Finding one is O(1), those of a group or member O(own). What finds those of groups and members
    is made once, in O(n), when it is first needed. `put` copies references, O(n) at the speed of
    `dict.copy` (about 0.1 ms for 20,000 records), and looks again only at what it puts: nothing is
    sorted, checked or indexed anew. So many changes at once are best put together.

    Examples
    --------
    >>> from peerloom.asks import Ask
    >>> kind = Kind("asks", "ask", key=("asker", "asked"), members=("asker", "asked"))
    >>> asks = Records(kind, [Ask(asker="ada", asked="bo")]).put(Ask(asker="bo", asked="cy"))
    >>> len(asks), [ask.asked for ask in asks.of_member("bo")], ("cy", "bo") in asks
    (2, ['bo', 'cy'], False)
    """

    __slots__ = ("_by_group", "_by_key", "_by_member", "_decode", "kind", "last")

    def __init__(self, kind: Kind, records: Iterable[R] = (), *, last: int = 0) -> None:
        by_key: dict[Hashable, R | Mapping[str, Any]] = {}
        for record in records:
            key = key_of(kind, record)
            if key in by_key:
                raise ProgrammeError.of_field(kind.name, f"each {kind.one} once")
            by_key[key] = record
        self._fill(kind, by_key, last, None, None, None)

    def _fill(
        self,
        kind: Kind,
        by_key: dict[Hashable, R | Mapping[str, Any]],
        last: int,
        decode: Callable[[Mapping[str, Any]], R] | None,
        by_group: Index | None,
        by_member: Index | None,
    ) -> None:
        self.kind = kind
        self.last = last
        self._by_key = by_key
        self._decode = decode
        self._by_group = by_group
        self._by_member = by_member

    @classmethod
    def sealed(
        cls,
        kind: Kind,
        plain: Iterable[Mapping[str, Any]],
        decode: Callable[[Mapping[str, Any]], R],
        *,
        last: int = 0,
    ) -> Records[R]:
        """Give records of which each is decoded, and checked, when it is first needed.

        Parameters
        ----------
        kind, last
            As for the class.
        plain
            The records as plain data, each key once, with the names of the fields as keys.
        decode
            Makes a record of plain data.
        """
        by_key: dict[Hashable, R | Mapping[str, Any]] = {}
        for one in plain:
            by_key[_key(kind, one.__getitem__)] = one
        records = cls.__new__(cls)
        records._fill(kind, by_key, last, decode, None, None)
        return records

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[R]:
        for key in self._by_key:
            yield self._get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __getitem__(self, key: Hashable) -> R:
        """Give the record of that key.

        Raises
        ------
        UnknownRecordError
            Where there is none.
        """
        if key not in self._by_key:
            raise UnknownRecordError(self.kind.one)
        return self._get(key)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Records):
            return NotImplemented
        return (self.kind, self.last) == (other.kind, other.last) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # as long as a programme, and never a key

    def __repr__(self) -> str:
        return f"<{self.kind.name}: {len(self)}>"

    def get(self, key: Hashable) -> R | None:
        """Give the record of that key, or None."""
        return self._get(key) if key in self._by_key else None

    def plain(self) -> Iterator[R | Mapping[str, Any]]:
        """Give the records in order, those that were never needed as the plain data they are."""
        return iter(self._by_key.values())

    def of_group(self, group: str) -> tuple[R, ...]:
        """Give the records of a group, in their order."""
        if self._by_group is None:
            self._by_group = self._indexed(self.kind.groups)
        return tuple(map(self._get, self._by_group.get(group, ())))

    def of_member(self, member: str) -> tuple[R, ...]:
        """Give the records that name a member, in their order."""
        if self._by_member is None:
            self._by_member = self._indexed(self.kind.members)
        return tuple(map(self._get, self._by_member.get(member, ())))

    def put(self, *records: R) -> Records[R]:
        """Add records, and replace those that have the same key, in their place."""
        by_key = dict(self._by_key)
        by_group = None if self._by_group is None else dict(self._by_group)
        by_member = None if self._by_member is None else dict(self._by_member)
        for record in records:
            key = key_of(self.kind, record)
            before = by_key.get(key)
            if by_group is not None and not _move(by_group, self.kind.groups, key, before, record):
                by_group = None
            if by_member is not None and not _move(
                by_member, self.kind.members, key, before, record
            ):
                by_member = None
            by_key[key] = record
        after: Records[R] = Records.__new__(Records)
        after._fill(self.kind, by_key, self.last, self._decode, by_group, by_member)
        return after

    def drop(self, keys: Collection[Hashable]) -> Records[R]:
        """Leave records out; O(n)."""
        after: Records[R] = Records.__new__(Records)
        kept = {key: record for key, record in self._by_key.items() if key not in keys}
        after._fill(self.kind, kept, self.last, self._decode, None, None)
        return after

    def numbered(self, count: int = 1) -> tuple[Records[R], tuple[str, ...]]:
        """Give ids for new records, and the records that know that these are taken.

        Examples
        --------
        >>> Records(Kind("goals", "goal"), last=6).numbered(2)[1]
        ('goal-7', 'goal-8')
        """
        ids: list[str] = []
        number = self.last
        while len(ids) < count:
            number += 1
            name = f"{self.kind.one}-{number}"
            if name not in self._by_key:
                ids.append(name)
        return self.numbered_after(number), tuple(ids)

    def numbered_after(self, last: int) -> Records[R]:
        """Give the same records, which know that numbers up to this one are taken as well."""
        after: Records[R] = Records.__new__(Records)
        number = max(self.last, last)
        after._fill(self.kind, self._by_key, number, self._decode, self._by_group, self._by_member)
        return after

    def _get(self, key: Hashable) -> R:
        record = self._by_key[key]
        if self._decode is not None and type(record) is dict:
            record = self._by_key[key] = self._decode(record)
        return record  # type: ignore[return-value] # plain data only where there is a decoder

    def _indexed(self, fields: tuple[str, ...]) -> Index:
        found: dict[str, list[Hashable]] = {}
        for key, record in self._by_key.items():
            for owner in owners(record, fields):
                found.setdefault(owner, []).append(key)
        return {owner: tuple(keys) for owner, keys in found.items()}


def key_of(kind: Kind, record: object) -> Hashable:
    """Give what tells a record from every other of its kind."""
    return _key(kind, lambda name: getattr(record, name))


def _key(kind: Kind, field: Callable[[str], Any]) -> Hashable:
    if len(kind.key) == 1:
        return field(kind.key[0])  # type: ignore[no-any-return] # an id or a number
    return tuple(field(name) for name in kind.key)


def owners(record: object, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Give the ids that these fields of a record, or of its plain data, hold; each once."""
    owners: list[str] = []
    for name in fields:
        value = record.get(name) if type(record) is dict else getattr(record, name)
        if isinstance(value, str):
            owners.append(value)
        elif value is not None:
            owners.extend(value)
    return tuple(dict.fromkeys(owners))


def _move(
    index: Index, fields: tuple[str, ...], key: Hashable, before: object, after: object
) -> bool:
    """Change an index where one record becomes another one; False where it must be made anew."""
    new = owners(after, fields)
    old = () if before is None else owners(before, fields)
    if before is not None and not set(new) <= set(old):
        return False  # its place among the records of a new owner is not known here
    for owner in new:
        if owner not in old:
            index[owner] = (*index.get(owner, ()), key)
    for owner in old:
        if owner not in new:
            index[owner] = tuple(one for one in index[owner] if one != key)
    return True
