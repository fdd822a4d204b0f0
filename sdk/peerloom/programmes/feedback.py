"""What members say in a programme: check-ins, switches, farewells, answers and preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from peerloom.mentoring.checkins import CheckIn, Fit, Visibility
from peerloom.mentoring.closing import Farewell, WordsOfThanks
from peerloom.mentoring.errors import GroupError
from peerloom.mentoring.impact.questionnaires import Questionnaire, Wave
from peerloom.mentoring.nudges import NudgePreferences
from peerloom.mentoring.switches import SwitchAsk, ask_for_switch, withdraw
from peerloom.programmes.answering import take_answers
from peerloom.programmes.preferences import Preferences
from peerloom.programmes.programme import Programme


def check_in(
    programme: Programme,
    group: str,
    member: str,
    *,
    now: datetime,
    session: str | None = None,
    good: str = "",
    bad: str = "",
    idea: str = "",
    visibility: Visibility = Visibility.PARTNER,
    fit: Fit | None = None,
    mood: int | None = None,
) -> tuple[Programme, CheckIn]:
    """Write down how it was, after a session or mid-week.

    Parameters
    ----------
    programme
        Any.
    group, member
        The ids of the group and of the author.
    now
        The present moment; aware.
    session, good, bad, idea, visibility, fit, mood
        As in `CheckIn`.

    Returns
    -------
    programme, check_in : Programme, CheckIn

    Raises
    ------
    UnknownRecordError
        For a group or session that is not there.
    GroupError
        For somebody who is not in the group, or a session of another group.
    CheckInError, TextError
        As for `CheckIn`.
    """
    programme.groups[group].others(member)
    if session is not None and programme.sessions[session].group != group:
        raise GroupError("This session is another group's: choose one of this group.")
    programme, (name,) = programme.numbered("check_ins")
    made = CheckIn(
        id=name,
        group=group,
        member=member,
        at=now,
        session=session,
        good=good,
        bad=bad,
        idea=idea,
        visibility=visibility,
        fit=fit,
        mood=mood,
    )
    return programme.put("check_ins", made), made


def ask_switch(
    programme: Programme, group: str, member: str, *, now: datetime, words_for_staff: str = ""
) -> tuple[Programme, SwitchAsk]:
    """Ask for another group, without fault; see `peerloom.mentoring.switches`.

    Returns
    -------
    programme, ask : Programme, SwitchAsk

    Raises
    ------
    UnknownRecordError, GroupError, SwitchError
        For no such group, somebody who is not in it, or a second ask.
    """
    own = programme.switch_asks.of_group(group)
    programme, (name,) = programme.numbered("switch_asks")
    made = ask_for_switch(
        own, programme.groups[group], member, id=name, now=now, words_for_staff=words_for_staff
    )
    return programme.put("switch_asks", made), made


def withdraw_switch(programme: Programme, ask: str, *, by: str, now: datetime) -> Programme:
    """Take an ask for a switch back.

    Raises
    ------
    UnknownRecordError, SwitchError
        For no such ask, somebody else's, or one that is done.
    """
    return programme.put("switch_asks", withdraw(programme.switch_asks[ask], by=by, now=now))


def say_farewell(
    programme: Programme,
    group: str,
    member: str,
    *,
    now: datetime,
    thanks: Mapping[str, str] | None = None,
    takes_along: str = "",
) -> tuple[Programme, Farewell]:
    """Say thanks and goodbye at the end of a group; saying it again replaces what was said.

    Parameters
    ----------
    programme, group, member, now
        As for `check_in`.
    thanks
        Words for other members of the group, by id.
    takes_along
        What the author takes along, for their own eyes.

    Returns
    -------
    programme, farewell : Programme, Farewell

    Raises
    ------
    UnknownRecordError, GroupError, ClosingError, TextError
        For no such group, somebody who is not in it, or words that cannot be kept.
    """
    others = programme.groups[group].others(member)
    if not set(thanks or ()) <= set(others):
        raise GroupError("Thanks go to the others of the group: choose one of them.")
    said = (one for one in programme.farewells.of_group(group) if one.member == member)
    before = next(said, None)
    if before is None:
        programme, (name,) = programme.numbered("farewells")
    else:
        name = before.id
    farewell = Farewell(
        id=name,
        group=group,
        member=member,
        at=now,
        thanks=tuple(WordsOfThanks(to=to, words=words) for to, words in (thanks or {}).items()),
        takes_along=takes_along,
    )
    return programme.put("farewells", farewell), farewell


def respond(
    programme: Programme,
    member: str,
    questionnaire: Questionnaire,
    wave: Wave,
    answers: Mapping[str, int],
    *,
    now: datetime,
) -> Programme:
    """Keep what a member answers to a questionnaire; answering again soon replaces it.

    Raises
    ------
    UnknownRecordError, QuestionnaireError
        As for `peerloom.programmes.answering.take_answers`.
    """
    return take_answers(programme, questionnaire, wave, {member: answers}, now=now)[0]


def prefer(programme: Programme, member: str, nudges: NudgePreferences) -> Programme:
    """Keep how a member wants to be nudged.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    """
    programme.members[member]
    before = programme.preferences.get(member) or Preferences(member=member)
    return programme.put("preferences", replace(before, nudges=nudges))
