"""The last step of a launch: from the signed token to who comes in, where, and as what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lti_tool.lti.claims import (
    DEEP_LINKING_REQUEST,
    GROUP_SCOPE,
    NOTICE_SCOPE,
    RESOURCE_LINK_REQUEST,
    SUBMISSION_REVIEW_REQUEST,
    VERSION,
    read_launch_claims,
)
from lti_tool.lti.deep_linking import DeepLinkingSettings
from lti_tool.lti.errors import launch as errors
from lti_tool.lti.errors.login import TargetForeign
from lti_tool.lti.id_token import KeySource, verify_id_token
from lti_tool.lti.registration import Registration
from lti_tool.lti.roles import CourseRoles
from lti_tool.lti.text import is_own_address, shown, split_address

_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The course. Its id is unique within the deployment only."""

    id: str
    label: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLink:
    """The place in the course that was opened. Its id is unique within the deployment only.

    Canvas gives launches from the course menu the id of the context here.
    """

    id: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Which software the platform is, and which of the schools behind one issuer."""

    family: str = ""
    guid: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One proven launch of one person. Only what Peerloom uses is kept of the token.

    Parameters
    ----------
    issuer, client_id, deployment_id
        Together they name the tenant. The caller must still check the deployment.
    subject
        Who it is, unique within the issuer; None for an anonymous launch.
    name
        What to call them; may be empty. Never a key.
    locale
        The platform's language for this page, such as ``de`` or ``pt-BR``; may be empty.
    roles
        What they may do in this course.
    message_type
        ``LtiResourceLinkRequest``, ``LtiDeepLinkingRequest`` or ``LtiSubmissionReviewRequest``.
    target_link_uri
        The page of ours that was asked for; always on our own origin. Deep linking may lack it.
    memberships_url, line_items_url, line_item_url, grade_scopes
        Where the course's services are, and what we may do with the gradebook.
    groups_url, group_sets_url
        Where the groups of the course are, if we may read them.
    notices_url, notice_types
        Where to ask for notices, if we may, and of which kinds.
    deep_linking
        What the platform wants back; set exactly for deep linking requests.
    reviewed_subject
        Whose work is looked at; set exactly for submission review requests. It is a wish, not a
        right: the caller checks that this person is in the course and what the visitor may see.
    return_url
        Where the platform would like the browser back.
    custom
        The custom parameters; those that the platform left unresolved are not in it.
    """

    issuer: str
    client_id: str
    deployment_id: str
    subject: str | None
    name: str = field(default="", repr=False)
    locale: str = ""
    roles: CourseRoles
    message_type: str
    target_link_uri: str | None
    context: Context | None = None
    resource_link: ResourceLink | None = None
    memberships_url: str | None = None
    line_items_url: str | None = None
    line_item_url: str | None = None
    grade_scopes: tuple[str, ...] = ()
    groups_url: str | None = None
    group_sets_url: str | None = None
    notices_url: str | None = None
    notice_types: tuple[str, ...] = ()
    deep_linking: DeepLinkingSettings | None = None
    reviewed_subject: str | None = None
    return_url: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict, repr=False)
    platform: Platform = Platform()


def read_launch(
    id_token: str,
    *,
    registration: Registration,
    key_set: KeySource,
    nonce: str,
    now: datetime,
    tool_url: str,
) -> Launch:
    """Check an id_token completely and give the launch that it proves.

    The caller has found the state in its table and the browser has proven that the login was its
    own. Afterwards the caller checks the deployment, and spends the state in the transaction that
    stores the visit. This function may fetch the platform's keys, so call it outside of one.

    Parameters
    ----------
    id_token
        The token as it was posted.
    registration
        The registration for which the login was made.
    key_set
        Where the platform's keys come from.
    nonce
        The nonce that was issued with this state.
    now
        The moment of the launch, with its time zone.
    tool_url
        Our own address; the target must lie there.

    Raises
    ------
    LtiError
        One subclass for each rule, each with its own code.
    """
    claims = verify_id_token(
        id_token, registration=registration, key_set=key_set, nonce=nonce, now=now
    )
    values = read_launch_claims(claims)
    _check_message(values, registration, tool_url)
    return Launch(
        issuer=registration.issuer,
        client_id=registration.client_id,
        deployment_id=values["deployment_id"],
        subject=values["subject"],
        name=values["name"] or f"{values['given_name']} {values['family_name']}".strip(),
        locale=_locale(values["presentation"]["locale"]) or _locale(values["locale"]),
        roles=CourseRoles.parse(values["roles"]),
        message_type=values["message_type"],
        target_link_uri=values["target_link_uri"],
        context=Context(**values["context"]) if values["context"] else None,
        resource_link=ResourceLink(**values["resource_link"]) if values["resource_link"] else None,
        memberships_url=values["roster"]["memberships_url"],
        line_items_url=values["grades"]["line_items_url"],
        line_item_url=values["grades"]["line_item_url"],
        grade_scopes=values["grades"]["scopes"],
        **_services(values),
        deep_linking=_deep_linking(values),
        reviewed_subject=_reviewed_subject(values),
        return_url=values["presentation"]["return_url"],
        custom=values["custom"],
        platform=Platform(**values["platform"]),
    )


def _check_message(values: Mapping[str, Any], registration: Registration, tool_url: str) -> None:
    if values["version"] != VERSION:
        raise errors.VersionUnsupported(shown(values["version"]))
    if values["subject"] is None and not registration.allows_anonymous:
        raise errors.SubjectMissing
    target = values["target_link_uri"]
    message_type = values["message_type"]
    if message_type == RESOURCE_LINK_REQUEST:
        if target is None:
            raise errors.TargetMissing
        if values["resource_link"] is None:
            raise errors.ResourceLinkMissing
    elif message_type == SUBMISSION_REVIEW_REQUEST:
        if not values["for_user"]["user_id"]:
            raise errors.ReviewedUserMissing
    elif message_type == DEEP_LINKING_REQUEST:
        _check_deep_linking(values["deep_linking"], registration)
    else:
        raise errors.MessageTypeUnsupported(shown(message_type))
    if target is not None and not is_own_address(target, tool_url):
        raise TargetForeign(f"target_link_uri {shown(target)}")


def _check_deep_linking(settings: Mapping[str, Any] | None, registration: Registration) -> None:
    if settings is None:
        raise errors.DeepLinkingMissing
    parts = split_address(settings["return_url"])
    if parts is None or (parts.scheme != "https" and registration.is_secure):
        raise errors.DeepLinkingInvalid(f"return address {shown(settings['return_url'])}")


def _deep_linking(values: Mapping[str, Any]) -> DeepLinkingSettings | None:
    if values["message_type"] != DEEP_LINKING_REQUEST:
        return None
    settings = values["deep_linking"]
    return DeepLinkingSettings(**settings | {"accept_multiple": bool(settings["accept_multiple"])})


def _services(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the addresses of the services that we may use: not of those we may not."""
    groups, notices = values["groups"], values["notices"]
    if GROUP_SCOPE not in groups["scopes"]:
        groups = {"groups_url": None, "group_sets_url": None}
    may_ask = NOTICE_SCOPE in notices["scopes"]
    return {
        "groups_url": groups["groups_url"],
        "group_sets_url": groups["group_sets_url"],
        "notices_url": notices["url"] if may_ask else None,
        "notice_types": notices["notice_types"] if may_ask else (),
    }


def _reviewed_subject(values: Mapping[str, Any]) -> str | None:
    if values["message_type"] != SUBMISSION_REVIEW_REQUEST:
        return None
    return str(values["for_user"]["user_id"])


def _locale(text: str) -> str:
    return text if _LOCALE.fullmatch(text) else ""
