"""What can go wrong with a programme and its file."""

from __future__ import annotations

from peerloom.errors import FileError
from peerloom.mentoring.errors import MentoringError


class ProgrammeError(MentoringError):
    """A programme that cannot exist, or a change that it does not allow."""

    code = "programme_invalid"


class UnknownRecordError(ProgrammeError):
    """Something that the programme does not have.

    Parameters
    ----------
    kind
        What was looked for, such as "session".
    """

    code = "record_unknown"

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no such {kind} in this programme: look at what there is.")
        self.kind = kind


class ProgrammeFileError(FileError):
    """A programme file that cannot be used. Nothing was changed."""

    code = "programme_file_invalid"
