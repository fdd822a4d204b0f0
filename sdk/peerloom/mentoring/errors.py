"""What can go wrong with the records of mentoring."""

from __future__ import annotations

from typing import Self

from peerloom.errors import PeerloomError


class MentoringError(PeerloomError):
    """The base of the errors of mentoring.

    Its sentence never holds what somebody wrote: goals, notes and wants are private.

    Parameters
    ----------
    sentence
        What went wrong and what to do about it, for the person.
    field
        The name of the field that cannot be used; empty where no single one is meant.
    expected
        What should stand in that field.
    """

    code = "mentoring_invalid"

    def __init__(self, sentence: str, *, field: str = "", expected: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        self.expected = expected

    @classmethod
    def of_field(cls, field: str, expected: str) -> Self:
        """Say what a field needs.

        Examples
        --------
        >>> str(MentoringError.of_field("mood", "a whole number from 1 to 5"))
        '"mood" needs a whole number from 1 to 5.'
        """
        return cls(f'"{field}" needs {expected}.', field=field, expected=expected)


class MomentError(MentoringError):
    """A moment without a time zone or outside the calendar, or something that is no day."""

    code = "moment_invalid"


class TextError(MentoringError):
    """Words that cannot be kept: empty, too long, or with control characters in them."""

    code = "text_invalid"


class GroupError(MentoringError):
    """A group that cannot exist, or that does not have the member who is named."""

    code = "group_invalid"


class GoalError(MentoringError):
    """A goal that cannot exist, or a change that its state does not allow."""

    code = "goal_invalid"


class ClosedGoalError(GoalError):
    """A change of a goal that was met or let go."""

    code = "goal_closed"

    def __init__(self) -> None:
        super().__init__("This goal was met or let go: take it up again before you change it.")


class AgreementError(MentoringError):
    """An agreement that cannot exist, or a signature that does not count."""

    code = "agreement_invalid"


class StaleAgreementError(AgreementError):
    """A signature or revision of a version that was replaced meanwhile.

    Parameters
    ----------
    version
        The number of the version that holds now.
    """

    code = "agreement_changed"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"The agreement was changed meanwhile: read version {version} and start from there."
        )
        self.version = version
