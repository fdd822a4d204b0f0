"""The claims of an id_token that are read, and the error for each that cannot be.

What is not listed here is not read: no e-mail address, no picture, no student number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from marshmallow import ValidationError, fields

from lti_tool.lti.errors import launch as launch_errors
from lti_tool.lti.errors import token as token_errors
from lti_tool.lti.errors.base import LtiError
from lti_tool.lti.fields import (
    Address,
    Audience,
    Custom,
    Flag,
    LenientTexts,
    Line,
    Moment,
    Part,
    PlatformSchema,
    Text,
    Texts,
)
from lti_tool.lti.text import MAX_URL

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
_GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
_NOTICES = f"{LTI}platformnotificationservice"
GROUP_SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
_SETTINGS = f"{DEEP_LINKING}deep_linking_settings"
_RESOURCE_LINK = f"{LTI}resource_link"
VERSION = "1.3.0"
"""The version of LTI in every message."""
MESSAGE_TYPE = f"{LTI}message_type"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"

_IDLE = {
    RESOURCE_LINK_REQUEST: _SETTINGS,
    SUBMISSION_REVIEW_REQUEST: _SETTINGS,
    DEEP_LINKING_REQUEST: _RESOURCE_LINK,
}

Refusals: TypeAlias = Mapping[str, tuple[type[LtiError], type[LtiError]]]
"""For each claim: the error when it is missing, and the error when it cannot be used."""


class IdTokenSchema(PlatformSchema):
    """The claims that prove whom a token is from and for; 1EdTech Security Framework 5.1.3."""

    iss = Text(512, required=True)
    aud = Audience(required=True)
    azp = Text(allow_none=True, load_default=None)
    exp = Moment(required=True)
    iat = Moment(required=True)
    nbf = Moment(allow_none=True, load_default=None)
    nonce = Text(required=True)


ID_TOKEN_REFUSALS: Refusals = {
    "iss": (token_errors.IssuerMissing, token_errors.IssuerInvalid),
    "aud": (token_errors.AudienceMissing, token_errors.AudienceInvalid),
    "azp": (token_errors.AuthorizedPartyMissing, token_errors.AuthorizedPartyMismatch),
    "exp": (token_errors.ExpiryMissing, token_errors.ExpiryInvalid),
    "iat": (token_errors.IssuedAtMissing, token_errors.IssuedAtInvalid),
    "nbf": (token_errors.NotBeforeInvalid, token_errors.NotBeforeInvalid),
    "nonce": (token_errors.NonceMissing, token_errors.NonceInvalid),
}


class _ContextSchema(PlatformSchema):
    id = Text(required=True)
    label = Line()
    title = Line(1024)


class _ResourceLinkSchema(PlatformSchema):
    id = Text(required=True)
    title = Line(1024)


class _PlatformPartSchema(PlatformSchema):
    family = Line(data_key="product_family_code")
    guid = Line()
    name = Line()


class _PresentationSchema(PlatformSchema):
    locale = Line(35)
    return_url = Address()


class _GradesSchema(PlatformSchema):
    scopes = LenientTexts(data_key="scope")
    line_items_url = Address(data_key="lineitems")
    line_item_url = Address(data_key="lineitem")


class _RosterSchema(PlatformSchema):
    memberships_url = Address(data_key="context_memberships_url")


class _GroupsSchema(PlatformSchema):
    scopes = LenientTexts(data_key="scope")
    groups_url = Address(data_key="context_groups_url")
    group_sets_url = Address(data_key="context_group_sets_url")


class _NoticesSchema(PlatformSchema):
    scopes = LenientTexts(data_key="scope")
    url = Address(data_key="platform_notification_service_url")
    notice_types = LenientTexts(data_key="notice_types_supported")


class _ForUserSchema(PlatformSchema):
    user_id = Line()


class _SettingsSchema(PlatformSchema):
    return_url = Text(MAX_URL, data_key="deep_link_return_url", required=True)
    accept_types = Texts(required=True)
    accept_multiple = Flag()
    accept_line_item = Flag(data_key="accept_lineitem")
    # Opaque, and given back exactly as it came, so it is not even cleaned.
    data = fields.String(allow_none=True, load_default=None)
    title = Line()
    text = Line(1024)


class LaunchSchema(PlatformSchema):
    """The claims that say where a person goes and with which rights; LTI Core 1.3, chapter 5."""

    version = Text(data_key=f"{LTI}version", required=True)
    message_type = Text(data_key=MESSAGE_TYPE, required=True)
    deployment_id = Text(data_key=f"{LTI}deployment_id", required=True)
    roles = Texts(data_key=f"{LTI}roles", required=True)
    subject = Text(data_key="sub", ascii_only=True, allow_none=True, load_default=None)
    target_link_uri = Text(
        MAX_URL, data_key=f"{LTI}target_link_uri", allow_none=True, load_default=None
    )
    resource_link = fields.Nested(
        _ResourceLinkSchema, data_key=_RESOURCE_LINK, allow_none=True, load_default=None
    )
    context = fields.Nested(
        _ContextSchema, data_key=f"{LTI}context", allow_none=True, load_default=None
    )
    deep_linking = fields.Nested(
        _SettingsSchema, data_key=_SETTINGS, allow_none=True, load_default=None
    )
    name = Line(512)
    given_name = Line()
    family_name = Line()
    locale = Line(35)
    platform = Part(_PlatformPartSchema, data_key=f"{LTI}tool_platform")
    presentation = Part(_PresentationSchema, data_key=f"{LTI}launch_presentation")
    grades = Part(_GradesSchema, data_key=_GRADES)
    roster = Part(_RosterSchema, data_key=_ROSTER)
    groups = Part(_GroupsSchema, data_key=_GROUPS)
    notices = Part(_NoticesSchema, data_key=_NOTICES)
    for_user = Part(_ForUserSchema, data_key=f"{LTI}for_user")
    custom = Custom(data_key=f"{LTI}custom")


_LAUNCH = LaunchSchema()

LAUNCH_REFUSALS: Refusals = {
    f"{LTI}version": (launch_errors.VersionMissing, launch_errors.VersionUnsupported),
    MESSAGE_TYPE: (launch_errors.MessageTypeMissing, launch_errors.MessageTypeUnsupported),
    f"{LTI}deployment_id": (launch_errors.DeploymentIdMissing, launch_errors.DeploymentIdInvalid),
    f"{LTI}roles": (launch_errors.RolesMissing, launch_errors.RolesInvalid),
    "sub": (launch_errors.SubjectMissing, launch_errors.SubjectInvalid),
    f"{LTI}target_link_uri": (launch_errors.TargetMissing, launch_errors.TargetInvalid),
    _RESOURCE_LINK: (launch_errors.ResourceLinkMissing, launch_errors.ResourceLinkInvalid),
    f"{LTI}context": (launch_errors.ContextInvalid, launch_errors.ContextInvalid),
    _SETTINGS: (launch_errors.DeepLinkingMissing, launch_errors.DeepLinkingInvalid),
}


def read_claims(
    schema: PlatformSchema, claims: Mapping[str, object], refusals: Refusals
) -> dict[str, Any]:
    """Read claims through a schema; the first that cannot be used raises its own error.

    A claim that is null or an empty text counts as missing: Moodle and Canvas send such now and
    then, and the certification suite sends ``"sub": ""`` for "no user".
    """
    present = {key: value for key, value in claims.items() if value is not None and value != ""}
    try:
        values: dict[str, Any] = schema.load(present)
    except ValidationError as error:
        claim = next(claim for claim in refusals if claim in error.messages_dict)
        missing, invalid = refusals[claim]
        raise (invalid if claim in present else missing)(claim) from None
    return values


def read_launch_claims(claims: Mapping[str, object]) -> dict[str, Any]:
    """Read the claims of a launch, without the one that belongs to the other kind of message."""
    message_type = claims.get(MESSAGE_TYPE)
    idle = _IDLE.get(message_type) if isinstance(message_type, str) else None
    relevant = {key: value for key, value in claims.items() if key != idle}
    return read_claims(_LAUNCH, relevant, LAUNCH_REFUSALS)
