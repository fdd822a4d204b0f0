"""The roster of a course: Names and Role Provisioning Services 2.0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError, fields

from lti_tool.lti.claims import LTI
from lti_tool.lti.errors.service import AnswerInvalid, RosterInvalid
from lti_tool.lti.fields import Custom, Line, PlatformSchema, Text, Texts
from lti_tool.lti.http import LARGE, Response, with_query
from lti_tool.lti.paging import read_pages
from lti_tool.lti.registration import Registration
from lti_tool.lti.roles import CourseRoles
from lti_tool.lti.tokens import AccessTokens

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

MAX_MEMBERS = 100_000
"""More people than any course has; the list of a hostile platform could fill our memory."""

_ACCEPT = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterMember:
    """A person of the course.

    Parameters
    ----------
    user_id
        The `sub` of their launches.
    roles
        What they are in this course.
    is_active
        False for those whom the platform still lists but who are out.
    name
        May be empty, for one person or for a whole school.
    groups
        The ids of their groups, where the platform adds them (Blackboard does); None where not.
    custom
        Their custom parameters, where the roster was asked for by a resource link. Those that the
        platform left unresolved are not in it.
    """

    user_id: str
    roles: CourseRoles
    is_active: bool = True
    name: str = field(default="", repr=False)
    groups: tuple[str, ...] | None = None
    custom: Mapping[str, str] = field(default_factory=dict, repr=False)


class _PageSchema(PlatformSchema):
    members = fields.List(fields.Raw(allow_none=True), required=True)


class _MemberSchema(PlatformSchema):
    user_id = Text(required=True, ascii_only=True)
    roles = Texts(required=True)
    status = Line()
    name = Line(512)
    given_name = Line()
    family_name = Line()
    # Additions that no rights hang on: whatever is wrong with them, the person is still there.
    enrollments = fields.Raw(data_key="group_enrollments", load_default=None, allow_none=True)
    messages = fields.Raw(data_key="message", load_default=None, allow_none=True)


class _EnrollmentSchema(PlatformSchema):
    group_id = Text(required=True)


# Made once: a schema takes longer to make than a member takes to read.
_PAGE = _PageSchema()
_MEMBER = _MemberSchema()
_ENROLLMENT = _EnrollmentSchema()
_CUSTOM = Custom()


def read_roster(
    tokens: AccessTokens,
    registration: Registration,
    url: str,
    *,
    resource_link_id: str | None = None,
) -> Iterator[RosterMember]:
    """Give everybody in the course, page by page: no more than one page is held at once.

    Nobody is left out silently: an answer that cannot be read ends with an error. So read to the
    end before anybody who is missing counts as gone. No filter is sent: Moodle forgets the role
    between its pages, and Canvas cuts every page to 50.

    Parameters
    ----------
    tokens
        Calls the service.
    registration
        The platform.
    url
        The `memberships_url` of a launch; a query that it has is kept.
    resource_link_id
        Ask by this link (``rlid``): then members come with their custom parameters, and only those
        who may open the link. A platform refuses a link that is not ours.

    Raises
    ------
    RosterInvalid
        If a page or a member cannot be used. The detail names the page and the member's place.
    NextPageRefused, ServiceError
        If a page cannot be had.
    """
    if resource_link_id is not None:
        url = with_query(url, {"rlid": resource_link_id})
    pages = read_pages(tokens, registration, url, scopes=[SCOPE], accept=_ACCEPT, limit=LARGE)
    found = 0
    for number, page in enumerate(pages, start=1):
        documents = _read_members(page, number)
        found += len(documents)
        if found > MAX_MEMBERS:
            raise RosterInvalid(f"page {number}: more than {MAX_MEMBERS} people")
        for place, document in enumerate(documents, start=1):
            yield _read_member(document, f"page {number}, member {place}")


def _read_members(page: Response, number: int) -> list[Any]:
    try:
        members: list[Any] = page.read(_PAGE)["members"]
    except AnswerInvalid as error:
        raise RosterInvalid(f"page {number}: {error.detail}") from None
    return members


def _read_member(document: object, place: str) -> RosterMember:
    try:
        values = _MEMBER.load(document)  # type: ignore[arg-type]  # checked by the schema
    except ValidationError as error:
        wrong = ", ".join(sorted(str(name) for name in error.messages_dict))
        raise RosterInvalid(f"{place}: {wrong}") from None
    return RosterMember(
        user_id=values["user_id"],
        roles=CourseRoles.parse(values["roles"]),
        # Missing means active; what is neither missing nor "Active" is not.
        is_active=values["status"].lower() in {"", "active"},
        name=values["name"] or f"{values['given_name']} {values['family_name']}".strip(),
        groups=_read_groups(values["enrollments"]),
        custom=_read_custom(values["messages"]),
    )


def _read_groups(enrollments: object) -> tuple[str, ...] | None:
    """Read the groups of a member: Course Groups Service 1.0, its addition to the roster."""
    if not isinstance(enrollments, list):
        return None
    try:
        return tuple(_ENROLLMENT.load(one)["group_id"] for one in enrollments)
    except ValidationError:
        return None


def _read_custom(messages: object) -> Mapping[str, str]:
    """Read the custom parameters of a member's messages; what cannot be read is left out."""
    found: dict[str, str] = {}
    for message in messages if isinstance(messages, list) else []:
        if isinstance(message, dict):
            found |= _CUSTOM.deserialize(message.get(f"{LTI}custom"))
    return found
