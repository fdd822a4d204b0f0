"""Questionnaires in a programme: one's own, and the answers of many people at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerloom.mentoring.impact.change import REST_DAYS
from peerloom.mentoring.impact.errors import QuestionnaireError
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.mentoring.impact.questionnaires import (
    Questionnaire,
    Response,
    Wave,
    check_answers,
)
from peerloom.mentoring.moments import utc
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Whose answers were taken in: ids of people with new, with other, and with the same ones."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def questionnaires_of(programme: Programme) -> dict[str, Questionnaire]:
    """Give the questionnaires that may be asked, by id: that of the package, and one's own.

    Examples
    --------
    >>> list(questionnaires_of(Programme(name="Evening school", private_seed=2026)))
    ['peer_mentoring_1']
    """
    built_in = built_in_questionnaire()
    return {built_in.id: built_in, **{one.id: one for one in programme.questionnaires}}


def questionnaire_named(programme: Programme, name: str | None = None) -> Questionnaire:
    """Give a questionnaire by its id; without one, the only one of one's own or the package's.

    Raises
    ------
    UnknownRecordError
        For an id that there is not.
    QuestionnaireError
        Without an id, where there are several of one's own.
    """
    own = tuple(programme.questionnaires)
    if name is None and len(own) > 1:
        raise QuestionnaireError(
            f"There are several questionnaires: say which of {', '.join(one.id for one in own)}."
        )
    if name is None:
        return own[0] if own else built_in_questionnaire()
    known = questionnaires_of(programme)
    if name not in known:
        raise UnknownRecordError("questionnaire")
    return known[name]


def add_questionnaire(programme: Programme, questionnaire: Questionnaire) -> Programme:
    """Take a questionnaire of one's own in, in the place of the one with its id.

    Raises
    ------
    QuestionnaireError
        Where somebody answered the one with its id, or where that is the one of the package:
        another wording is another questionnaire.
    """
    before = questionnaires_of(programme).get(questionnaire.id)
    is_answered = any(one.questionnaire == questionnaire.id for one in programme.responses)
    is_built_in = questionnaire.id == built_in_questionnaire().id
    if before not in (None, questionnaire) and (is_answered or is_built_in):
        raise QuestionnaireError.of_field(
            "id", "a new id, because another wording is another questionnaire"
        )
    return programme.put("questionnaires", questionnaire)


def take_answers(
    programme: Programme,
    questionnaire: Questionnaire,
    wave: Wave,
    answers: Mapping[str, Mapping[str, int]],
    *,
    now: datetime,
    is_correction: bool = False,
) -> tuple[Programme, Taken]:
    """Keep what people answer to a questionnaire, before or after.

    Parameters
    ----------
    programme
        Any.
    questionnaire
        What was asked.
    wave
        When.
    answers
        For each member, by id, the numbers of the answers by id of the item.
    now
        The present moment; aware.
    is_correction
        Whether answers may be replaced that have been counted already. Only somebody who has seen
        the answers anyway should do so: two reports, one with the old answer, tell of it.

    Returns
    -------
    programme, taken : Programme, Taken
        The same answers again change nothing.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    QuestionnaireError
        For answers that there are not, or other ones than some days ago.

    Notes
    -----
    O(members + answers). Answers of the last `REST_DAYS` are in no figure yet, and may change.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada")], now=monday)
    >>> asked = questionnaire_named(school)
    >>> said = {"ada": {asked.items[0].id: 4}}
    >>> school, taken = take_answers(school, asked, Wave.BEFORE, said, now=monday)
    >>> taken
    Taken(new=('ada',), changed=(), same=())
    """
    moment = utc(now, "now")
    kept: dict[str, list[Response]] = {"new": [], "changed": []}
    same: list[str] = []
    late = 0
    for member, said in answers.items():
        programme.members[member]
        check_answers(questionnaire, said)
        response = Response(
            member=member, questionnaire=questionnaire.id, wave=wave, at=moment, answers=dict(said)
        )
        before = programme.responses.get((member, questionnaire.id, response.wave))
        if before is None:
            kept["new"].append(response)
        elif before.answers == response.answers:
            same.append(member)
        else:
            # A correction is counted where the wrong answer was, and not among those who are late.
            kept["changed"].append(replace(response, at=before.at) if is_correction else response)
            late += moment - before.at >= timedelta(days=REST_DAYS)
    if late and not is_correction:
        raise QuestionnaireError(
            f"Answers that are older than {REST_DAYS} days stay as they are, because they may be "
            f"in a report already; {late} would change. Say that you correct them (--correct) "
            "only where they were taken in wrongly."
        )
    taken = {name: tuple(one.member for one in some) for name, some in kept.items()}
    after = programme.put("responses", *kept["new"], *kept["changed"])
    return after, Taken(same=tuple(same), **taken)
