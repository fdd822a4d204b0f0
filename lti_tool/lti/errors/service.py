"""What can be wrong when the tool calls a platform: for keys, tokens, the roster or grades."""
# ruff: noqa: N818 - a rule is named by what was wrong, and its code is the same words.

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.errors.base import N_, LtiError

_LATER = N_(
    "Your learning platform does not answer Peerloom at the moment. Please try again in a minute. "
    "If it stays so, tell your administrator."
)
_ADMINISTRATOR = N_(
    "Peerloom and your learning platform do not understand each other. Please give the code below "
    "to your administrator."
)


class ServiceError(LtiError):
    """A call to a platform failed.

    The status is 424, "failed dependency": the request of the browser was fine, so 400 would be
    wrong, and so was the tool, so 500 would be.

    Attributes
    ----------
    is_retryable
        Whether the same call may succeed later.
    retry_after
        How many seconds the platform asks us to wait, where it says so.
    """

    code = "service_error"
    status = 424
    sentence = _LATER
    is_retryable: ClassVar[bool] = True

    def __init__(self, detail: str = "", *, retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class AddressForbidden(ServiceError):
    """The address is not https, or leads into a private network, this machine or its cloud."""

    code = "address_forbidden"
    sentence = _ADMINISTRATOR
    is_retryable = False


class ServiceUnreachable(ServiceError):
    """No connection, a broken one, or a certificate that is not trusted."""

    code = "service_unreachable"


class ServiceTimeout(ServiceError):
    """The whole answer did not arrive within the time that is allowed."""

    code = "service_timeout"


class AnswerTooLarge(ServiceError):
    """The answer is larger than such an answer can be."""

    code = "answer_too_large"
    sentence = _ADMINISTRATOR
    is_retryable = False


class AnswerInvalid(ServiceError):
    """The answer is not what the standard says: not JSON, or not of the right shape."""

    code = "answer_invalid"
    sentence = _ADMINISTRATOR
    is_retryable = False


class ServiceBusy(ServiceError):
    """The platform asks us to come back later (429, 503, or Canvas' own 403), or has a fault."""

    code = "service_busy"


class ServiceRefused(ServiceError):
    """The platform refused the call for good.

    Parameters
    ----------
    answer_status
        The HTTP status of its answer.
    """

    code = "service_refused"
    sentence = _ADMINISTRATOR
    is_retryable = False

    def __init__(self, detail: str = "", *, answer_status: int) -> None:
        self.answer_status = answer_status
        super().__init__(detail)


class KeysUnavailable(ServiceError):
    """The platform's key set cannot be had, and no earlier one is recent enough."""

    code = "keys_unavailable"


class TokenRequestRefused(ServiceError):
    """The platform gives us no access token.

    Parameters
    ----------
    error
        OAuth's name for the reason, or `other`.
    """

    code = "token_request_refused"
    sentence = _ADMINISTRATOR
    is_retryable = False

    def __init__(self, error: str, detail: str = "") -> None:
        self.error = error
        super().__init__(detail)


class OwnKeysUnreachable(ServiceError):
    """The platform could not fetch the tool's own key set, so it cannot know the tool."""

    code = "own_keys_unreachable"
    sentence = N_(
        "Your learning platform cannot reach the keys of Peerloom. Please ask its administrator to "
        "let the server open the address of Peerloom's key set."
    )


class ScopeNotGranted(ServiceError):
    """The platform does not let the tool use this service."""

    code = "scope_not_granted"
    sentence = N_(
        "Your learning platform does not let Peerloom use this service. Please ask its "
        "administrator to allow names and roles, and grades, for Peerloom."
    )
    is_retryable = False


class NextPageRefused(ServiceError):
    """The next page is on another server, was read already, or is one too many."""

    code = "next_page_refused"
    sentence = _ADMINISTRATOR
    is_retryable = False


class RosterInvalid(ServiceError):
    """A page of the roster, or a member in it, cannot be used; the detail names the place."""

    code = "roster_invalid"
    sentence = _ADMINISTRATOR
    is_retryable = False


class ScoreRefused(ServiceError):
    """The platform will never take this score: person, column or course are gone or locked.

    Parameters
    ----------
    answer_status
        The HTTP status of its answer.
    """

    code = "score_refused"
    sentence = _ADMINISTRATOR
    is_retryable = False

    def __init__(self, detail: str = "", *, answer_status: int) -> None:
        self.answer_status = answer_status
        super().__init__(detail)


class ContentRefused(ServiceError):
    """The platform did not ask for such a content item, or not for so many."""

    code = "content_refused"
    sentence = N_("Your learning platform does not accept this kind of content here.")
    is_retryable = False


class ConfigurationInvalid(ServiceError):
    """The platform's own description lacks something, or speaks for another platform."""

    code = "configuration_invalid"
    sentence = _ADMINISTRATOR
    is_retryable = False


class RegistrationRefused(ServiceError):
    """The platform did not register the tool."""

    code = "registration_refused"
    sentence = N_(
        "Your learning platform did not accept the registration. Please start it again there with "
        "a new link; if it fails again, register Peerloom by hand."
    )
    is_retryable = False
