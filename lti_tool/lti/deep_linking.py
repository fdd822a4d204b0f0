"""Deep linking: what the platform wants placed in its course, and our signed answer to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from lti_tool.lti.claims import DEEP_LINKING, LTI
from lti_tool.lti.errors.service import ContentRefused
from lti_tool.lti.registration import Registration
from lti_tool.lti.tool_key import ToolKey

RESOURCE_LINK = "ltiResourceLink"

_LIFETIME = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepLinkingSettings:
    """What a deep linking request asks for. Keep it on the server: the browser must not change it.

    Parameters
    ----------
    return_url
        Where the answer is posted, in the form field ``JWT``. Checked: never a script address.
    accept_types
        The types of content items that the platform takes.
    accept_multiple
        Whether it takes more than one item.
    accept_line_item
        Whether it makes gradebook columns; None if it does not say.
    data
        The platform's own note, given back letter by letter; None if it sent none.
    title, text
        What the teacher has typed already.
    """

    return_url: str
    accept_types: tuple[str, ...]
    accept_multiple: bool = False
    accept_line_item: bool | None = None
    data: str | None = field(default=None, repr=False)
    title: str = ""
    text: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as JSON values, for a row of the visit."""
        return asdict(self) | {"accept_types": list(self.accept_types)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave."""
        return cls(**{**stored, "accept_types": tuple(stored["accept_types"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLinkItem:
    """A link into this tool that the platform shall make in its course.

    Parameters
    ----------
    url
        The page of ours that the link opens.
    title, text
        What the course shows.
    custom
        Parameters that every launch of the link brings back; they survive a copy of the course.
    score_maximum
        The points of a gradebook column, or None for no column. Moodle takes 1 to 100 only.
    resource_id, tag
        Our own names for the column, by which it is found again.
    """

    url: str
    title: str
    text: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    score_maximum: int | None = None
    resource_id: str = ""
    tag: str = ""

    def to_dict(self, *, with_line_item: bool = True) -> dict[str, Any]:
        """Give the content item as Deep Linking 2.0 writes it."""
        item: dict[str, Any] = {"type": RESOURCE_LINK, "url": self.url, "title": self.title}
        if self.text:
            item["text"] = self.text
        if self.custom:
            item["custom"] = dict(self.custom)
        if with_line_item and self.score_maximum is not None:
            names = {"resourceId": self.resource_id, "tag": self.tag}
            item["lineItem"] = {"scoreMaximum": self.score_maximum, "label": self.title} | {
                key: name for key, name in names.items() if name
            }
        return item


def response_token(
    key: ToolKey,
    registration: Registration,
    *,
    deployment_id: str,
    settings: DeepLinkingSettings,
    items: Sequence[ResourceLinkItem],
    nonce: str,
    now: datetime,
    message: str = "",
) -> str:
    """Sign the answer to a deep linking request; no items at all mean "cancelled".

    Parameters
    ----------
    key
        The tool's signing key.
    registration, deployment_id
        Of the launch that asked.
    settings
        Its settings, as they were kept on the server.
    items
        What to place in the course.
    nonce
        A fresh secret, from `new_nonce`: Canvas takes each answer once.
    now
        The moment of signing.
    message
        A plain sentence that the platform shows to the teacher.

    Raises
    ------
    ContentRefused
        If the platform did not ask for such an item, or not for so many.
    """
    if items and RESOURCE_LINK not in settings.accept_types:
        raise ContentRefused(f"accept_types has no {RESOURCE_LINK}")
    if len(items) > 1 and not settings.accept_multiple:
        raise ContentRefused(f"{len(items)} items where one is accepted")
    issued_at = math.floor(now.timestamp())
    claims: dict[str, Any] = {
        "iss": registration.client_id,
        "aud": registration.issuer,
        "azp": registration.issuer,
        "iat": issued_at,
        "exp": issued_at + _LIFETIME,
        "nonce": nonce,
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": deployment_id,
        f"{DEEP_LINKING}content_items": [
            item.to_dict(with_line_item=settings.accept_line_item is not False) for item in items
        ],
    }
    if settings.data is not None:
        claims[f"{DEEP_LINKING}data"] = settings.data
    if message:
        claims[f"{DEEP_LINKING}msg"] = message
    return key.sign(claims)
