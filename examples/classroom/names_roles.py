"""Names and Role Provisioning Services 2.0: the course's roster, page by page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from examples.classroom.claims import members_url, personal_claims
from examples.classroom.course import Person
from examples.classroom.services import accept_only, answer, one_page
from examples.classroom.session import this_classroom
from examples.classroom.state import Tool
from examples.classroom.tokens import allow, deny
from examples.classroom.vocabulary import COURSE_ROLE, MEMBERS_SCOPE, MEMBERS_TYPE

blueprint = Blueprint("names_roles", __name__)


@blueprint.get("/services/members")
def members() -> Response:
    """List the people of the course."""
    tool = allow(MEMBERS_SCOPE)
    accept_only(MEMBERS_TYPE)
    classroom = this_classroom()
    course = classroom.course
    people = list(course.people.values())
    role = request.args.get("role")
    if role:
        wanted = role if "://" in role else f"{COURSE_ROLE}{role}"
        people = [person for person in people if wanted in person.roles]
    link = request.args.get("rlid")
    if link and (link not in classroom.links or classroom.links[link].client_id != tool.client_id):
        deny(404, "There is no such resource link.")
    page, headers = one_page(people)
    body = {
        "id": members_url(classroom),
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(tool, person) for person in page],
    }
    response = answer(body, MEMBERS_TYPE)
    response.headers.update(headers)
    return response


def _member(tool: Tool, person: Person) -> dict[str, Any]:
    return {
        "user_id": person.id,
        "status": "Active",
        "roles": list(person.roles),
        **personal_claims(tool, person),
    }
