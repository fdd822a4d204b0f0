"""Notices: what a platform tells us without a browser (Platform Notification Service 1.0).

A notice is a signed message like a launch, but no login of ours came before it. So it passes every
check of a launch except the two that belong to a login, state and nonce. Delivery may fail or be
repeated: the caller takes each `Notice.id` once, and never counts on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from lti_tool.lti import strict_json
from lti_tool.lti.claims import LTI, NOTICE_SCOPE, VERSION, Refusals, read_claims
from lti_tool.lti.errors import launch as launch_errors
from lti_tool.lti.errors import notice as errors
from lti_tool.lti.fields import LenientTexts, Line, PlatformSchema, Text
from lti_tool.lti.http import Response, compact_json
from lti_tool.lti.id_token import KeySource, read_unproven, verify_message
from lti_tool.lti.registration import Registration
from lti_tool.lti.text import MAX_URL, shown
from lti_tool.lti.tokens import AccessTokens

HELLO_WORLD = "LtiHelloWorldNotice"
CONTEXT_COPY = "LtiContextCopyNotice"

MOST_NOTICES = 100
"""Notices that one delivery may bring; it is also what we ask for."""

_NOTICE = f"{LTI}notice"
_ORIGINS = f"{LTI}origin_contexts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One proven notice.

    Parameters
    ----------
    issuer, client_id, deployment_id
        Together they name the tenant. The caller must still check the deployment.
    id
        What tells it from every other one of this platform.
    kind
        ``LtiHelloWorldNotice``, ``LtiContextCopyNotice``, or one that we know nothing of.
    context_id
        The course that it is about, or None.
    origin_context_ids
        For a copy: the courses from which it was made.
    """

    issuer: str
    client_id: str
    deployment_id: str
    id: str
    kind: str
    context_id: str | None = None
    origin_context_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHandler:
    """What a platform has written down: notices of this kind go to this address."""

    kind: str
    address: str


class _PartSchema(PlatformSchema):
    id = Text(required=True)
    kind = Text(data_key="type", required=True)


class _ContextSchema(PlatformSchema):
    id = Text(required=True)


class _NoticeSchema(PlatformSchema):
    version = Text(data_key=f"{LTI}version", required=True)
    deployment_id = Text(data_key=f"{LTI}deployment_id", required=True)
    notice = fields.Nested(_PartSchema, data_key=_NOTICE, required=True)
    context = fields.Nested(
        _ContextSchema, data_key=f"{LTI}context", allow_none=True, load_default=None
    )
    origins = LenientTexts(data_key=_ORIGINS)


class _EnvelopeSchema(PlatformSchema):
    jwt = fields.String(required=True)


class _DeliverySchema(PlatformSchema):
    notices = fields.List(
        fields.Nested(_EnvelopeSchema),
        required=True,
        validate=validate.Length(max=MOST_NOTICES),
    )


class _HandlerSchema(PlatformSchema):
    kind = Text(data_key="notice_type", required=True)
    address = Line(MAX_URL, data_key="handler")


class _HandlersSchema(PlatformSchema):
    handlers = fields.List(
        fields.Nested(_HandlerSchema), data_key="notice_handlers", load_default=list
    )


_CLAIMS = _NoticeSchema()
_DELIVERY = _DeliverySchema()
_HANDLERS = _HandlersSchema()

_REFUSALS: Refusals = {
    f"{LTI}version": (launch_errors.VersionMissing, launch_errors.VersionUnsupported),
    f"{LTI}deployment_id": (launch_errors.DeploymentIdMissing, launch_errors.DeploymentIdInvalid),
    _NOTICE: (errors.NoticeMissing, errors.NoticeInvalid),
    f"{LTI}context": (launch_errors.ContextInvalid, launch_errors.ContextInvalid),
}


def read_delivery(body: bytes) -> tuple[str, ...]:
    """Give the tokens that a platform delivers in one request; none of them is proven yet.

    Raises
    ------
    DeliveryInvalid
        If the body is no delivery, or one of more than `MOST_NOTICES`.
    """
    try:
        delivery = _DELIVERY.load(strict_json.loads(body))  # type: ignore[arg-type]  # checked by the schema
    except strict_json.JsonError as error:
        raise errors.DeliveryInvalid(str(error)) from None
    except ValidationError as error:
        raise errors.DeliveryInvalid(", ".join(sorted(map(str, error.messages_dict)))) from None
    return tuple(envelope["jwt"] for envelope in delivery["notices"])


def read_sender(token: str) -> tuple[str, tuple[str, ...]]:
    """Give the issuer and the client ids that a token *says* it is from and for.

    They only help to find the registration with whose keys `read_notice` then proves it.

    Raises
    ------
    LaunchRefused
        If the token cannot be read.
    """
    values = read_unproven(token)
    return values["iss"], values["aud"]


def read_notice(
    token: str, *, registration: Registration, key_set: KeySource, now: datetime
) -> Notice:
    """Check a notice completely, and give it.

    Parameters
    ----------
    token
        One of `read_delivery`.
    registration
        The platform that `read_sender` names.
    key_set
        Where the platform's keys come from.
    now
        The moment of the delivery, with its time zone.

    Raises
    ------
    LtiError
        One subclass for each rule, each with its own code.
    """
    claims = verify_message(token, registration=registration, key_set=key_set, now=now)
    values = read_claims(_CLAIMS, claims, _REFUSALS)
    if values["version"] != VERSION:
        raise launch_errors.VersionUnsupported(shown(values["version"]))
    return Notice(
        issuer=registration.issuer,
        client_id=registration.client_id,
        deployment_id=values["deployment_id"],
        id=values["notice"]["id"],
        kind=values["notice"]["kind"],
        context_id=values["context"]["id"] if values["context"] else None,
        origin_context_ids=values["origins"],
    )


def subscribe(
    tokens: AccessTokens, registration: Registration, url: str, *, kind: str, handler: str
) -> None:
    """Ask a platform to send notices of one kind to an address of ours; "" ends it.

    Parameters
    ----------
    tokens
        Calls the service.
    registration
        The platform.
    url
        The `notices_url` of a launch.
    kind
        One of the `notice_types` of that launch.
    handler
        Our address, on the host that the platform knows us by: Canvas refuses others.

    Raises
    ------
    ServiceError
        If the platform refuses or cannot be reached.
    """
    document: dict[str, Any] = {"notice_type": kind, "handler": handler}
    if handler:
        document["max_batch_size"] = MOST_NOTICES
    response = tokens.request(
        registration,
        [NOTICE_SCOPE],
        "PUT",
        url,
        headers={"Accept": "application/json", "Content-Type": "application/json"},
        body=compact_json(document),
    )
    response.require_success()


def read_handlers(
    tokens: AccessTokens, registration: Registration, url: str
) -> tuple[NoticeHandler, ...]:
    """Give where a platform sends its notices now; a kind without an address is left out.

    Raises
    ------
    ServiceError
        If the platform refuses or cannot be reached.
    """
    response: Response = tokens.request(
        registration, [NOTICE_SCOPE], "GET", url, headers={"Accept": "application/json"}
    )
    response.require_success()
    values: Mapping[str, Any] = response.read(_HANDLERS)
    return tuple(NoticeHandler(**one) for one in values["handlers"] if one["address"])
