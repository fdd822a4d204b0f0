"""LTI 1.3 Advantage as a tool speaks it: functions of parameters, keys and clock.

This package knows no web framework and no database, and nobody else in this house. A launch walks
through it like this:

1. `read_login` reads the login initiation; the caller looks up the `Registration`.
2. `new_state` and `new_nonce` are stored (the state as its `fingerprint`) with a cookie of the
   browser; `authorization_request` gives the address to which the browser goes.
3. `read_authentication_response` reads what comes back; the caller finds the state, checks the
   cookie, and only then asks for the token or the platform's error.
4. `read_launch` checks the token completely and gives a `Launch`.

Afterwards `Client`, `KeySets` and `AccessTokens` reach the platform: for its keys, the roster
(`read_roster`), the gradebook (`find_line_item`, `create_line_item`, `send_score`,
`read_results`), the groups (`read_groups`), and to introduce the two to each other
(`read_configuration`, `register`). What a platform tells without a browser comes through
`read_delivery` and `read_notice`.

Whatever cannot be accepted raises a subclass of `LtiError` with its own stable code.
"""

from lti_tool.lti.deep_linking import DeepLinkingSettings, ResourceLinkItem, response_token
from lti_tool.lti.dynamic_registration import (
    PlatformConfiguration,
    RegistrationResult,
    read_configuration,
    register,
    registration_request,
)
from lti_tool.lti.errors import LtiError, ServiceError
from lti_tool.lti.grades import (
    ActivityProgress,
    GradingProgress,
    Score,
    ScoreOutcome,
    send_score,
)
from lti_tool.lti.groups import Group, GroupSet, read_group_sets, read_groups
from lti_tool.lti.http import Client, Response
from lti_tool.lti.keys import KeySets
from lti_tool.lti.launch import Context, Launch, Platform, ResourceLink, read_launch
from lti_tool.lti.line_items import (
    LineItem,
    create_line_item,
    find_line_item,
    has_line_item,
)
from lti_tool.lti.login import (
    AuthenticationResponse,
    LoginRequest,
    authorization_request,
    read_authentication_response,
    read_login,
)
from lti_tool.lti.login_secrets import fingerprint, is_same, new_nonce, new_state
from lti_tool.lti.notices import (
    Notice,
    NoticeHandler,
    read_delivery,
    read_handlers,
    read_notice,
    read_sender,
    subscribe,
)
from lti_tool.lti.registration import Registration
from lti_tool.lti.results import Result, read_results
from lti_tool.lti.roles import CourseRoles
from lti_tool.lti.roster import RosterMember, read_roster
from lti_tool.lti.text import is_own_address
from lti_tool.lti.tokens import AccessTokens
from lti_tool.lti.tool_key import ToolKey, key_set

__all__ = [
    "AccessTokens",
    "ActivityProgress",
    "AuthenticationResponse",
    "Client",
    "Context",
    "CourseRoles",
    "DeepLinkingSettings",
    "GradingProgress",
    "Group",
    "GroupSet",
    "KeySets",
    "Launch",
    "LineItem",
    "LoginRequest",
    "LtiError",
    "Notice",
    "NoticeHandler",
    "Platform",
    "PlatformConfiguration",
    "Registration",
    "RegistrationResult",
    "ResourceLink",
    "ResourceLinkItem",
    "Response",
    "Result",
    "RosterMember",
    "Score",
    "ScoreOutcome",
    "ServiceError",
    "ToolKey",
    "authorization_request",
    "create_line_item",
    "find_line_item",
    "fingerprint",
    "has_line_item",
    "is_own_address",
    "is_same",
    "key_set",
    "new_nonce",
    "new_state",
    "read_authentication_response",
    "read_configuration",
    "read_delivery",
    "read_group_sets",
    "read_groups",
    "read_handlers",
    "read_launch",
    "read_login",
    "read_notice",
    "read_results",
    "read_roster",
    "read_sender",
    "register",
    "registration_request",
    "response_token",
    "send_score",
    "subscribe",
]
