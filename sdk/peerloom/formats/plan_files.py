"""When groups are nudged and need a look, as a TOML file for a programme."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import RAISE, ValidationError, fields

from peerloom.errors import FileError, Problem
from peerloom.formats.tables import read_text
from peerloom.mentoring.health_plan import HealthPlan
from peerloom.mentoring.nudge_plan import NudgePlan
from peerloom.mentoring.schemas.nudges import NudgePlanSchema
from peerloom.mentoring.schemas.places import problems_by_place
from peerloom.policy import Rhythm
from peerloom.programmes.schemas import HealthPlanSchema
from peerloom.schemas import OwnSchema


class PlanFileError(FileError):
    """A file of plans that cannot be used."""

    code = "plan_file_invalid"


class _PlansSchema(OwnSchema):
    class Meta:
        unknown = RAISE

    nudges = fields.Nested(NudgePlanSchema)
    health = fields.Nested(HealthPlanSchema)


def read_plans(
    path: str | os.PathLike[str], *, rhythm: Rhythm
) -> dict[str, NudgePlan | HealthPlan | None]:
    """Read when groups are nudged, and from when on they need a look.

    Parameters
    ----------
    path
        A TOML file with a table ``nudges`` with fields of `NudgePlan`, a table ``health`` with
        fields of `HealthPlan`, or both.
    rhythm
        What is not named is as it suits groups that meet in this rhythm.

    Returns
    -------
    dict
        The plans that the file has, by the name of their table; None for an empty table, which
        leaves everything to the rhythm again.

    Raises
    ------
    PlanFileError
        With every problem of the file at once.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise PlanFileError(file.name, [text])
    try:
        data: Any = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problem = Problem(expected="TOML", found=str(error), is_literal=False)
        raise PlanFileError(file.name, [problem]) from None
    usual = {
        "nudges": NudgePlanSchema().dump(NudgePlan.for_rhythm(rhythm)),
        "health": HealthPlanSchema().dump(HealthPlan.for_rhythm(rhythm)),
    }
    full = {
        name: {**usual[name], **said} if name in usual and isinstance(said, Mapping) else said
        for name, said in data.items()
    }
    try:
        plans: dict[str, NudgePlan | HealthPlan | None] = _PlansSchema().load(full)
    except ValidationError as error:
        raise PlanFileError(file.name, problems_by_place(error, full)) from None
    return {name: plan if data[name] else None for name, plan in plans.items()}
