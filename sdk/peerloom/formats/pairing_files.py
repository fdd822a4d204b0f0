"""Reading a pairing back from the JSON that was written of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from peerloom.errors import FileError, Problem
from peerloom.fields import Text, always
from peerloom.formats.tables import read_text
from peerloom.members import Member
from peerloom.pairings import Group, Pairing
from peerloom.policy import GROUP_SIZES
from peerloom.rounds import History
from peerloom.schemas import PolicySchema, problems_by_key

_COUNT = always("expected a whole number from 0 up")
_IDS = always("expected a list of ids")


def _count(**options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=0, error="expected a whole number from 0 up"),
        error_messages=_COUNT,
        **options,
    )


class _GroupSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    members = fields.List(Text(is_required=True), required=True, error_messages=_IDS)
    names = fields.List(Text(), required=True, error_messages=always("expected a list of names"))
    score = _count()
    common_minutes = _count()
    repeats = _count()


class _PairingSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    policy = fields.Nested(PolicySchema, required=True, error_messages=always("expected a policy"))
    size = fields.Integer(
        strict=True,
        required=True,
        validate=validate.OneOf(GROUP_SIZES, error="expected a group size from 2 to 5"),
        error_messages=always("expected a group size from 2 to 5"),
    )
    seed = _count()
    week = fields.Date(required=True, error_messages=always("expected a date such as 2026-11-23"))
    score = _count()
    upper_bound = _count()
    groups = fields.List(
        fields.Nested(_GroupSchema),
        required=True,
        error_messages=always("expected the groups of a pairing"),
    )


def read_pairing(
    path: str | os.PathLike[str],
    *,
    members: Iterable[Member] = (),
    history: History | None = None,
) -> Pairing:
    """Read a pairing that was written as JSON, to repair it or to look at it again.

    Parameters
    ----------
    path
        What ``peerloom pair --format json`` wrote.
    members
        What is known about its people. Of everybody else only the id and the name come back, as
        the file holds no answers.
    history
        The earlier rounds with which it was made.

    Returns
    -------
    Pairing
        Who was in no group, the locked groups and the asks are not in the file.

    Raises
    ------
    FileError
        With every problem of the file at once.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise FileError(file.name, [text])
    try:
        data: dict[str, Any] = _PairingSchema().load(json.loads(text))
    except ValidationError as error:
        problems = problems_by_key(error, lambda _: "something else")
        raise FileError(file.name, problems) from None
    except (ValueError, RecursionError):
        problem = Problem(expected="JSON of a pairing", found="something else", is_literal=False)
        raise FileError(file.name, [problem]) from None
    groups = tuple(
        Group(**{**one, "members": tuple(one["members"]), "names": tuple(one["names"])})
        for one in data["groups"]
    )
    _refuse_odd_groups(file.name, groups)
    known = {member.id: member for member in members}
    for group in groups:
        for one, name in zip(group.members, group.names, strict=True):
            known.setdefault(one, Member(id=one, name=name))
    return Pairing(
        **{**data, "groups": groups},
        not_paired={},
        members=tuple(known[one] for one in sorted(known)),
        history=History() if history is None else history,
    )


def _refuse_odd_groups(name: str, groups: Iterable[Group]) -> None:
    seen: set[str] = set()
    for group in groups:
        if len(group.members) not in GROUP_SIZES or len(group.names) != len(group.members):
            expected = "groups of 2 to 5 ids, each with a name"
        elif seen & set(group.members) or len(set(group.members)) < len(group.members):
            expected = "every id in one group only"
        else:
            seen.update(group.members)
            continue
        found = ", ".join(group.members)
        raise FileError(name, [Problem(column="groups", expected=expected, found=found)])
