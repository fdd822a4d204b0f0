"""What the classroom tells a tool about a launch."""

from __future__ import annotations

import secrets
from typing import Any

from examples.classroom.course import Person
from examples.classroom.state import Classroom, ResourceLink, Selection, Tool
from examples.classroom.vocabulary import (
    CLAIM,
    COURSE_TYPE,
    DEEP_LINKING,
    GRADE_SCOPES,
    GRADES_CLAIM,
    MEMBERS_SCOPE,
    NAMES_CLAIM,
)


def launch_claims(
    classroom: Classroom, tool: Tool, person: Person, link: ResourceLink
) -> dict[str, Any]:
    """Make the claims of a resource link launch, without the nonce."""
    claims = _common_claims(classroom, tool, person, link.url)
    claims[f"{CLAIM}message_type"] = "LtiResourceLinkRequest"
    claims[f"{CLAIM}resource_link"] = {
        "id": link.id,
        "title": link.title,
        "description": link.text,
    }
    values = variables(classroom, person) | {"$ResourceLink.id": link.id}
    claims[f"{CLAIM}custom"] = {
        name: values.get(value, value) for name, value in link.custom.items()
    }
    grades = [scope for scope in tool.scopes if scope in GRADE_SCOPES]
    if grades:
        items = classroom.items_of(tool.client_id, link.id)
        claims[GRADES_CLAIM] = {"scope": grades, "lineitems": line_items_url(classroom)}
        if len(items) == 1:
            claims[GRADES_CLAIM]["lineitem"] = line_item_url(classroom, items[0].id)
    return claims


def deep_linking_claims(
    classroom: Classroom, tool: Tool, person: Person, target: str
) -> dict[str, Any]:
    """Make the claims of a deep linking request, without the nonce, and await its answer."""
    key = secrets.token_urlsafe(16)
    data = secrets.token_urlsafe(16)
    now = classroom.now()
    with classroom.lock:
        classroom.selections = {
            key: selection
            for key, selection in classroom.selections.items()
            if selection.expires_at > now
        }
        classroom.selections[key] = Selection(
            person=person,
            client_id=tool.client_id,
            data=data,
            expires_at=now + classroom.config.access_token_lifetime,
        )
    claims = _common_claims(classroom, tool, person, target)
    claims[f"{CLAIM}message_type"] = "LtiDeepLinkingRequest"
    claims[f"{DEEP_LINKING}deep_linking_settings"] = {
        "deep_link_return_url": f"{classroom.config.url}/lti/deep-link/return/{key}",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        "accept_lineitem": True,
        "auto_create": True,
        "data": data,
    }
    return claims


def _common_claims(classroom: Classroom, tool: Tool, person: Person, target: str) -> dict[str, Any]:
    config, course = classroom.config, classroom.course
    now = classroom.now()
    claims: dict[str, Any] = {
        "iss": config.url,
        "aud": tool.client_id,
        "sub": person.id,
        "iat": int(now.timestamp()),
        "exp": int((now + config.id_token_lifetime).timestamp()),
        f"{CLAIM}version": "1.3.0",
        f"{CLAIM}deployment_id": tool.deployment_id,
        f"{CLAIM}target_link_uri": target,
        f"{CLAIM}roles": list(person.roles),
        f"{CLAIM}context": {
            "id": course.id,
            "label": course.label,
            "title": course.title,
            "type": [COURSE_TYPE],
        },
        f"{CLAIM}tool_platform": {
            "guid": "classroom",
            "name": "Classroom",
            "product_family_code": "classroom",
            "version": "1",
        },
        f"{CLAIM}launch_presentation": {
            "document_target": "iframe",
            "locale": "en",
            "return_url": f"{config.url}/course",
        },
        **personal_claims(tool, person),
    }
    if MEMBERS_SCOPE in tool.scopes:
        claims[NAMES_CLAIM] = {
            "context_memberships_url": members_url(classroom),
            "service_versions": ["2.0"],
        }
    return claims


def personal_claims(tool: Tool, person: Person) -> dict[str, str]:
    """Give name and e-mail address: only what the tool registered for, only what there is."""
    known = {"name": person.name, "email": person.email}
    return {name: value for name, value in known.items() if value and name in tool.claims}


def variables(classroom: Classroom, person: Person) -> dict[str, str]:
    """Give the substitution variables; one that is not here stays as it was written."""
    course = classroom.course
    return {
        "$Context.id": course.id,
        "$Context.title": course.title,
        "$Context.id.history": "",
        "$User.id": person.id,
        "$Person.address.timezone": person.timezone,
    }


# The services' addresses carry a query of their own, as Moodle's do, so that a tool which builds
# addresses by gluing text together is found out here.


def members_url(classroom: Classroom) -> str:
    """Give the address of the course's roster."""
    return f"{classroom.config.url}/services/members?course={classroom.course.id}"


def line_items_url(classroom: Classroom) -> str:
    """Give the address of the course's gradebook columns."""
    return f"{classroom.config.url}/services/lineitems?course={classroom.course.id}"


def line_item_url(classroom: Classroom, item_id: str) -> str:
    """Give the address of one column, which is also its id."""
    return f"{classroom.config.url}/services/lineitems/{item_id}?course={classroom.course.id}"
