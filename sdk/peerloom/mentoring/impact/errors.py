"""What can go wrong with questionnaires and figures."""

from __future__ import annotations

from peerloom.errors import FileError
from peerloom.mentoring.errors import MentoringError


class ImpactError(MentoringError):
    """Figures that cannot be computed from what was given."""

    code = "impact_invalid"


class QuestionnaireError(MentoringError):
    """A questionnaire that cannot exist, or an answer that it does not allow.

    Its sentence never holds an answer.
    """

    code = "questionnaire_invalid"


class QuestionnaireFileError(FileError):
    """A questionnaire file that cannot be used."""

    code = "questionnaire_file_invalid"
