"""LTI 1.3 Advantage as a tool speaks it: functions of parameters, keys and clock.

This package knows no web framework and no database, and nobody else in this house. A launch walks
through it like this:

1. `read_login` reads the login initiation; the caller looks up the `Registration`.
2. `new_state` and `new_nonce` are stored (the state as its `fingerprint`) with a cookie of the
   browser; `authorization_request` gives the address to which the browser goes.
3. `read_authentication_response` reads what comes back; the caller finds the state, checks the
   cookie, and only then asks for the token or the platform's error.
4. `read_launch` checks the token completely and gives a `Launch`.

Whatever cannot be accepted raises a subclass of `LtiError` with its own stable code.
"""

from lti_tool.lti.deep_linking import DeepLinkingSettings, ResourceLinkItem, response_token
from lti_tool.lti.errors import LtiError
from lti_tool.lti.http import Client, Response
from lti_tool.lti.keys import KeySets
from lti_tool.lti.launch import Context, Launch, Platform, ResourceLink, read_launch
from lti_tool.lti.login import (
    AuthenticationResponse,
    LoginRequest,
    authorization_request,
    read_authentication_response,
    read_login,
)
from lti_tool.lti.login_secrets import fingerprint, is_same, new_nonce, new_state
from lti_tool.lti.registration import Registration
from lti_tool.lti.roles import CourseRoles
from lti_tool.lti.text import is_own_address
from lti_tool.lti.tool_key import ToolKey, key_set

__all__ = [
    "AuthenticationResponse",
    "Client",
    "Context",
    "CourseRoles",
    "DeepLinkingSettings",
    "KeySets",
    "Launch",
    "LoginRequest",
    "LtiError",
    "Platform",
    "Registration",
    "ResourceLink",
    "ResourceLinkItem",
    "Response",
    "ToolKey",
    "authorization_request",
    "fingerprint",
    "is_own_address",
    "is_same",
    "key_set",
    "new_nonce",
    "new_state",
    "read_authentication_response",
    "read_launch",
    "read_login",
    "response_token",
]
