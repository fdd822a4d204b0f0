"""Finding the people that somebody means: by id, by name, or by the beginning of a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from peerloom.members import Member
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.programme import Programme

MOST_CHOICES = 8


class UnknownMemberError(ProgrammeError):
    """Nobody is called so. `choices` are ids of people with names that are close."""

    code = "member_unknown"

    def __init__(self, text: str, close: Iterable[Member]) -> None:
        found = tuple(close)
        hint = f" Did you mean {_listed(found, 'or')}?" if found else ""
        super().__init__(f'Nobody in this programme has the id or the name "{text}".{hint}')
        self.detail = f"{self.code}: {len(found)} name(s) are close"
        self.choices = tuple(one.id for one in found)


class AmbiguousMemberError(ProgrammeError):
    """Several people are called so. `choices` are their ids."""

    code = "member_ambiguous"

    def __init__(self, text: str, members: Iterable[Member]) -> None:
        found = tuple(members)
        shown = _listed(found[:MOST_CHOICES], "and")
        more = f", and {len(found) - MOST_CHOICES} more" if len(found) > MOST_CHOICES else ""
        super().__init__(f'"{text}" may be {shown}{more}: give the id.')
        self.detail = f"{self.code}: {len(found)} people"
        self.choices = tuple(one.id for one in found)


def member_named(programme: Programme, text: str) -> str:
    """Give the id of the member that somebody means.

    Parameters
    ----------
    programme
        Any.
    text
        An id, which counts before all names; or a name, or the beginning of one of its words, in
        any capitalization, where that is enough to know who is meant.

    Raises
    ------
    UnknownMemberError
        With people whose names or ids are close.
    AmbiguousMemberError
        With everybody who may be meant.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> people = [Member(id="7", name="Ada Lovelace"), Member(id="8", name="Bo")]
    >>> school, _ = join(Programme(name="School", private_seed=1), people, now=monday)
    >>> member_named(school, "8"), member_named(school, "love")
    ('8', '7')
    """
    if text in programme.members:
        return text
    wanted = " ".join(text.casefold().split())
    people = [one.profile for one in programme.members]
    by_id = [one for one in people if one.id.casefold() == wanted]
    by_name = [one for one in people if " ".join(one.name.casefold().split()) == wanted]
    by_word = [one for one in people if _begins(one, wanted)]
    for found in (by_id, by_name, by_word) if wanted else ():
        if len(found) == 1:
            return found[0].id
        if found:
            raise AmbiguousMemberError(text, found)
    raise UnknownMemberError(text, _close(people, wanted))


def person(member: Member) -> str:
    """Say who it is, so that a command can be told: the name with the id beside it.

    Examples
    --------
    >>> person(Member(id="7", name="Ada")), person(Member(id="ada"))
    ('Ada (7)', 'ada')
    """
    return f"{member.name} ({member.id})" if member.name not in ("", member.id) else member.id


def person_of(programme: Programme, member: str) -> str:
    """Say who has this id; the id itself where nobody has."""
    known = programme.members.get(member)
    return member if known is None else person(known.profile)


def _begins(member: Member, wanted: str) -> bool:
    name = " ".join(member.name.casefold().split())
    return f" {name}".find(f" {wanted}") >= 0


def _close(people: list[Member], wanted: str) -> list[Member]:
    by_form: dict[str, Member] = {}
    for one in people:
        for form in (one.id, one.name, *one.name.split()):
            if form:
                by_form.setdefault(form.casefold(), one)
    forms = difflib.get_close_matches(wanted[:100], by_form, n=3, cutoff=0.6)
    return list({by_form[form].id: by_form[form] for form in forms}.values())


def _listed(members: Iterable[Member], last: str) -> str:
    said = [person(one) for one in members]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"
