"""What can be wrong with a notice, beside what can be wrong with every message of a platform."""
# ruff: noqa: N818 - a rule is named by what was wrong, and its code is the same words.

from __future__ import annotations

from lti_tool.lti.errors.base import LtiError


class DeliveryInvalid(LtiError):
    """The body is no delivery of notices, or brings too many at once."""

    code = "delivery_invalid"


class NoticeMissing(LtiError):
    """The message has no notice in it."""

    code = "notice_missing"


class NoticeInvalid(LtiError):
    """The notice has no id or no type."""

    code = "notice_invalid"
