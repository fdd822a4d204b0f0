"""What a person may do in a course, read from the role names of LTI.

Only roles of the course itself count (the "context roles"). Somebody may be a student here and
teach elsewhere: institution and system roles give no right in a course.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_CONTEXT = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

# The principal context roles of LTI Core 1.3, appendix A.2.2; those not used below give nothing:
# a content developer needs no view of students, and in a Canvas group the leading *student* is
# its `Manager` (names_and_roles of group contexts), so that role must never be staff.
_SHORT_NAMES = frozenset(
    {
        "Administrator",
        "ContentDeveloper",
        "Instructor",
        "Learner",
        "Manager",
        "Member",
        "Mentor",
        "Officer",
    }
)
_STAFF = frozenset({"Instructor", "Administrator"})

# Sub-roles that are staff also where the platform left the principal role out. Those of
# Administrator are not: most of them name outside support and developers.
_STAFF_SUB_ROLES = frozenset(
    {
        "ExternalInstructor",
        "Grader",
        "GuestInstructor",
        "Lecturer",
        "PrimaryInstructor",
        "SecondaryInstructor",
        "TeachingAssistant",
        "TeachingAssistantGroup",
        "TeachingAssistantOffering",
        "TeachingAssistantSection",
        "TeachingAssistantSectionAssociation",
        "TeachingAssistantTemplate",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRoles:
    """The rights that follow from a list of role names; at most one of the first three is true.

    Parameters
    ----------
    is_staff
        Instructor (teaching assistants too) or administrator of the course. A sub-role of
        Instructor alone is enough, but not beside Learner: Open edX calls community helpers
        among the students so, and means no teacher's rights by it.
    is_learner
        A student of the course, and not staff.
    is_observer
        LIS calls parents and observers `Mentor`. They see nothing of others and are never a peer.
    is_test_user
        The platform's preview student: kept out of rosters and pairing.

    Examples
    --------
    >>> CourseRoles.parse(["Instructor"]).kind
    'staff'
    >>> context = "http://purl.imsglobal.org/vocab/lis/v2/membership"
    >>> CourseRoles.parse([f"{context}/Learner#Instructor"]).kind
    'learner'
    >>> CourseRoles.parse(["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"]).kind
    'none'
    """

    is_staff: bool = False
    is_learner: bool = False
    is_observer: bool = False
    is_test_user: bool = False

    @property
    def kind(self) -> Literal["staff", "learner", "observer", "none"]:
        """The one word for these roles."""
        if self.is_staff:
            return "staff"
        if self.is_learner:
            return "learner"
        return "observer" if self.is_observer else "none"

    @classmethod
    def parse(cls, names: Iterable[object]) -> CourseRoles:
        """Read role names: full addresses and short names; whatever is unknown gives nothing."""
        texts = {name for name in names if isinstance(name, str)}
        pairs = {_context_role(name) for name in texts}
        principal = {role for role, sub_role in pairs if sub_role is None}
        is_learner = any(role == "Learner" for role, _ in pairs)
        is_assistant = any(
            role == "Instructor" and sub_role in _STAFF_SUB_ROLES for role, sub_role in pairs
        )
        is_staff = bool(principal & _STAFF) or (is_assistant and not is_learner)
        is_learner = is_learner and not is_staff
        return cls(
            is_staff=is_staff,
            is_learner=is_learner,
            is_observer=any(role == "Mentor" for role, _ in pairs) and not (is_staff or is_learner),
            is_test_user=_TEST_USER in texts,
        )


def _context_role(name: str) -> tuple[str, str | None]:
    """Take a role name apart into role and sub-role; ("", None) if it is no context role."""
    if name in _SHORT_NAMES:
        return name, None
    if not name.startswith(_CONTEXT):
        return "", None
    path, hash_mark, last = name.removeprefix(_CONTEXT).partition("#")
    if not hash_mark:
        return "", None
    if path == "":
        return (last, None) if last in _SHORT_NAMES else ("", None)
    role = path.removeprefix("/")
    if not path.startswith("/") or role not in _SHORT_NAMES:
        return "", None
    return role, last
