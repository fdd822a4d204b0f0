"""The order of the story."""

from __future__ import annotations

from collections.abc import Sequence

from examples.classroom.set_up import Stage
from examples.classroom.smoke.arriving import (
    fill_in,
    open_as_instructor,
    place,
    read_roster,
    register,
)
from examples.classroom.smoke.meeting import agree_on_a_time, meet, see_scores
from examples.classroom.smoke.pairing import draft, look_after, look_before, publish
from examples.classroom.smoke.refusals import refuse_wrong_launches, refuse_wrong_people
from examples.classroom.smoke.steps import Steps


def tell(stage: Stage, service_calls: Sequence[str]) -> int:
    """Go through the story from registration to the gradebook.

    Parameters
    ----------
    stage
        Both running servers and a browser for each person.
    service_calls
        The classroom's services that were asked so far, as path and query; it grows meanwhile.

    Returns
    -------
    int
        How many steps were seen.

    Raises
    ------
    StepError
        At the first step that is not as it should be.
    """
    steps = Steps(stage.deadline)
    client_id = register(stage, steps)
    link_id = place(stage, steps, client_id)
    open_as_instructor(stage, steps, link_id)
    read_roster(stage, steps, link_id, service_calls)
    names = fill_in(stage, steps, link_id)
    groups = draft(stage, steps, link_id, names)
    look_before(stage, steps, link_id, groups)
    publish(stage, steps, link_id)
    pages = look_after(stage, steps, link_id, groups, names)
    pair, trio = agree_on_a_time(stage, steps, link_id, groups, names, pages)
    meet(stage, steps, link_id, pair, held=1)
    meet(stage, steps, link_id, trio, held=2)
    see_scores(stage, steps, [*pair, *trio], service_calls)
    refuse_wrong_launches(stage, steps, link_id)
    refuse_wrong_people(stage, steps, link_id, groups)
    return steps.count
