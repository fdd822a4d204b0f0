"""What can be wrong with the claims of a launch whose token is genuine."""

from __future__ import annotations

from lti_tool.lti.errors.base import N_
from lti_tool.lti.errors.token import LaunchRefused


class ClaimRefused(LaunchRefused):
    """A claim of a genuine token is missing or cannot be used."""


class VersionMissing(ClaimRefused):
    """The LTI version claim is missing."""

    code = "version_missing"


class VersionUnsupported(ClaimRefused):
    """The LTI version is not exactly 1.3.0."""

    code = "version_unsupported"


class MessageTypeMissing(ClaimRefused):
    """The message type claim is missing."""

    code = "message_type_missing"


class MessageTypeUnsupported(ClaimRefused):
    """The message is neither a resource link request nor a deep linking request."""

    code = "message_type_unsupported"


class DeploymentIdMissing(ClaimRefused):
    """The deployment id claim is missing."""

    code = "deployment_id_missing"


class DeploymentIdInvalid(ClaimRefused):
    """The deployment id is not a text of 1 to 255 characters."""

    code = "deployment_id_invalid"


class DeploymentPending(ClaimRefused):
    """The deployment is known, and waits for an administrator to allow it."""

    code = "deployment_pending"
    status = 403
    sentence = N_(
        "Peerloom was installed here, but an administrator of Peerloom has still to allow it. "
        "Please ask them, then open Peerloom again from your course."
    )


class RolesMissing(ClaimRefused):
    """The roles claim is missing; an empty list would be fine."""

    code = "roles_missing"


class RolesInvalid(ClaimRefused):
    """The roles claim is not a list."""

    code = "roles_invalid"


class SubjectMissing(ClaimRefused):
    """`sub` is missing or empty, and the registration does not allow anonymous launches."""

    code = "subject_missing"
    sentence = N_(
        "Your learning platform did not tell Peerloom who you are. Please log in there, then open "
        "Peerloom again from your course."
    )


class SubjectInvalid(ClaimRefused):
    """`sub` is not a text of 1 to 255 printable ASCII characters."""

    code = "subject_invalid"


class TargetMissing(ClaimRefused):
    """A resource link request has no target link URI."""

    code = "target_missing"


class TargetInvalid(ClaimRefused):
    """The target link URI is not a text."""

    code = "target_invalid"


class ResourceLinkMissing(ClaimRefused):
    """A resource link request has no resource link."""

    code = "resource_link_missing"


class ResourceLinkInvalid(ClaimRefused):
    """The resource link is not an object with an id of 1 to 255 characters."""

    code = "resource_link_invalid"


class ContextInvalid(ClaimRefused):
    """The context is not an object with an id of 1 to 255 characters."""

    code = "context_invalid"


class ReviewedUserMissing(ClaimRefused):
    """A submission review request does not say whose work it is about."""

    code = "reviewed_user_missing"


class DeepLinkingMissing(ClaimRefused):
    """A deep linking request has no deep linking settings."""

    code = "deep_linking_missing"


class DeepLinkingInvalid(ClaimRefused):
    """The deep linking settings lack a safe return address or the accepted types."""

    code = "deep_linking_invalid"
