"""The groups of a course: Course Groups Service 1.0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from lti_tool.lti.claims import GROUP_SCOPE
from lti_tool.lti.errors.service import AnswerInvalid
from lti_tool.lti.fields import LenientTexts, Line, PlatformSchema, Text
from lti_tool.lti.http import LARGE, with_query
from lti_tool.lti.paging import read_pages
from lti_tool.lti.registration import Registration
from lti_tool.lti.tokens import AccessTokens

MAX_GROUPS = 10_000
"""More groups than any course has; the list of a hostile platform could fill our database."""

_GROUPS = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
_SETS = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a course.

    Parameters
    ----------
    id
        Its name for programs, unique within the course.
    name
        What people call it; may be empty.
    set_ids
        The sets of groups that it belongs to.
    """

    id: str
    name: str = ""
    set_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSet:
    """A set of groups, such as "laboratories", which divide the course among them."""

    id: str
    name: str = ""


class _GroupSchema(PlatformSchema):
    id = Text(required=True)
    name = Line()
    set_ids = LenientTexts()
    # One id where later versions of the standard have a list.
    set_id = Line()


class _SetSchema(PlatformSchema):
    id = Text(required=True)
    name = Line()


_GROUP = _GroupSchema()
_SET = _SetSchema()


def read_groups(
    tokens: AccessTokens, registration: Registration, url: str, *, user_id: str | None = None
) -> Iterator[Group]:
    """Give the groups of a course, or of one person in it.

    Parameters
    ----------
    tokens
        Calls the service.
    registration
        The platform.
    url
        The `groups_url` of a launch; a query that it has is kept.
    user_id
        The `sub` of one person. The service has no list of the people of a group.

    Raises
    ------
    ServiceError
        If the platform refuses, cannot be reached, or sends what are no groups.
    """
    if user_id is not None:
        url = with_query(url, {"user_id": user_id})
    for values in _read(tokens, registration, url, _GROUPS, "groups", _GROUP):
        sets = values["set_ids"] or ((values["set_id"],) if values["set_id"] else ())
        yield Group(id=values["id"], name=values["name"], set_ids=sets)


def read_group_sets(
    tokens: AccessTokens, registration: Registration, url: str
) -> Iterator[GroupSet]:
    """Give the sets of groups of a course; see `read_groups`."""
    for values in _read(tokens, registration, url, _SETS, "sets", _SET):
        yield GroupSet(id=values["id"], name=values["name"])


def _read(
    tokens: AccessTokens,
    registration: Registration,
    url: str,
    accept: str,
    key: str,
    schema: PlatformSchema,
) -> Iterator[dict[str, Any]]:
    found = 0
    container = PlatformSchema.from_dict({key: fields.List(fields.Raw(), required=True)})()
    for page in read_pages(
        tokens, registration, url, scopes=[GROUP_SCOPE], accept=accept, limit=LARGE
    ):
        documents = page.read(container)[key]
        found += len(documents)
        if found > MAX_GROUPS:
            raise AnswerInvalid(f"{page.place}: more than {MAX_GROUPS} {key}")
        for place, document in enumerate(documents, start=1):
            yield page.load(schema, document, f"{key} {place}: ")
