"""What can be wrong with a login, up to the moment its token is read."""
# ruff: noqa: N818 - a rule is named by what was wrong, and its code is the same words.

from __future__ import annotations

from lti_tool.lti.errors.base import N_, LtiError

_AGAIN = N_("Please go back to your course and open Peerloom again from there.")


class LoginRefused(LtiError):
    """A login initiation that cannot be answered."""


class LoginParameterMissing(LoginRefused):
    """`iss`, `login_hint` or `target_link_uri` is missing or empty."""

    code = "login_parameter_missing"


class LoginParameterInvalid(LoginRefused):
    """A login parameter is too long or holds control characters."""

    code = "login_parameter_invalid"


class RegistrationUnknown(LoginRefused):
    """No registration has this issuer and client id."""

    code = "registration_unknown"
    sentence = N_(
        "This learning platform is not registered with Peerloom. Please ask your administrator to "
        "register it first."
    )


class TargetForeign(LtiError):
    """`target_link_uri` does not lead to this tool: following it would be an open redirect."""

    code = "target_foreign"


class AnswerRefused(LtiError):
    """The post to the launch address cannot belong to a login of this browser."""

    status = 401
    sentence = _AGAIN


class StateMissing(AnswerRefused):
    """The post has no `state`."""

    code = "state_missing"
    status = 400


class StateUnknown(AnswerRefused):
    """The `state` was never issued, is over, or was used already."""

    code = "state_unknown"


class BrowserMismatch(AnswerRefused):
    """The post comes from another browser than the login, or its cookie was blocked."""

    code = "browser_mismatch"
    sentence = N_(
        "Your browser did not send the cookie that Peerloom set a moment ago. Please go back to "
        "your course and open Peerloom again, in a new window if your platform offers that."
    )


class IdTokenMissing(AnswerRefused):
    """The post has neither an `id_token` nor an `error`."""

    code = "id_token_missing"
    status = 400


class PlatformRefused(AnswerRefused):
    """The platform answered with an error instead of a token.

    Parameters
    ----------
    error
        The error's name, where it is one that OpenID Connect or a known platform defines;
        `other` for everything else.
    description
        The platform's own words: cleaned and short, but a stranger's text. Escape it.
    """

    code = "platform_refused"
    sentence = N_(
        "Your learning platform did not confirm who you are. Please log in there again, then open "
        "Peerloom from your course."
    )

    def __init__(self, error: str, description: str = "") -> None:
        self.error = error
        self.description = description
        super().__init__(f"{error}: {description}" if description else error)
