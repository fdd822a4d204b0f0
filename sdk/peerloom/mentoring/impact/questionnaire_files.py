"""The questionnaire that comes with the package, and one's own as TOML files."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from marshmallow import ValidationError

from peerloom.errors import Problem
from peerloom.formats.tables import read_text
from peerloom.mentoring.impact.errors import QuestionnaireFileError
from peerloom.mentoring.impact.questionnaires import Questionnaire
from peerloom.mentoring.schemas.impact import load_questionnaire
from peerloom.mentoring.schemas.places import problems_by_place


@cache
def built_in_questionnaire() -> Questionnaire:
    """Give the questionnaire of the package: confidence, belonging, peer support, staying.

    The constructs come from published open-access work, which each scale names; the wording is our
    own, so published norms and reliabilities do not hold for it.

    Examples
    --------
    >>> [scale.title for scale in built_in_questionnaire().scales]
    ['Confidence', 'Belonging', 'Peer support', 'Intention to stay']
    """
    file = resources.files("peerloom.mentoring.impact") / "peer_mentoring.toml"
    return _questionnaire(file.name, file.read_text("utf-8"))


def read_questionnaire(path: str | os.PathLike[str]) -> Questionnaire:
    """Read a questionnaire of one's own from a TOML file.

    Parameters
    ----------
    path
        The file, in UTF-8: ``id``, ``title``, ``labels``, ``low``, and ``[[scales]]`` with ``id``,
        ``title``, ``construct``, ``fewest``, ``[scales.source]`` and ``[[scales.items]]``.

    Raises
    ------
    QuestionnaireFileError
        With every problem of the file at once, each with its place.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise QuestionnaireFileError(file.name, [text])
    return _questionnaire(file.name, text)


def _questionnaire(name: str, text: str) -> Questionnaire:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problem = Problem(expected="TOML", found=str(error), is_literal=False)
        raise QuestionnaireFileError(name, [problem]) from None
    try:
        return load_questionnaire(data)
    except ValidationError as error:
        raise QuestionnaireFileError(name, problems_by_place(error, data)) from None
