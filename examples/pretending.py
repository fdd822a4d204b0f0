"""How the made-up people of the examples behave: by lots that fall the same way every time.

Nothing here is part of Peerloom. In a real programme people do this, in their own words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from peerloom.mentoring.activity_schedules import schedule
from peerloom.mentoring.agreement_changes import sign
from peerloom.mentoring.agreements import AgreementTerms, Want
from peerloom.mentoring.checkins import Fit
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.mentoring.nudge_plan import NudgeRule
from peerloom.mentoring.nudges import Nudge
from peerloom.mentoring.session_changes import accept
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import Part, Session, SessionKind, SessionState
from peerloom.programmes.feedback import check_in, respond
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import (
    change_agreement,
    change_session,
    draft_agreement,
    present,
    propose_session,
)
from peerloom.programmes.views import activity, next_times_of, suggestion_for

T = TypeVar("T")

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of so many in a hundred: who does what.

    Parameters
    ----------
    plans
        Groups that propose a time.
    agrees
        People who say yes to it.
    meets
        Planned sessions that take place.
    tells
        People who say afterwards that they met.
    writes
        People who write how it was.
    """

    plans: int
    agrees: int
    meets: int
    tells: int
    writes: int


def lot(*what: object) -> int:
    """Draw a number from 0 to 99: the same for the same words, on every machine."""
    words = " ".join(map(str, what)).encode()
    return int.from_bytes(hashlib.sha256(words).digest()[:8]) % 100


def one_of(choices: Sequence[T], *what: object) -> T:
    """Choose one by lot."""
    return choices[lot(*what) * len(choices) // 100]


def settle_agreement(programme: Programme, group: str, *, now: datetime) -> Programme:
    """Let a group write down what they want of each other, and sign it."""
    members = programme.groups[group].members
    wants = tuple(Want(member=one, text=one_of(WANTS, one, group)) for one in members)
    rules = ("We come, or we say so the day before.", "What is said here stays here.")
    terms = AgreementTerms(wants=wants, ground_rules=rules)
    programme = draft_agreement(programme, group, terms, now=now)
    for member in members:
        programme = change_agreement(
            programme, group, partial(sign, member=member, version=1, now=now)
        )
    return programme


def plan_session(programme: Programme, group: str, habits: Habits, *, now: datetime) -> Programme:
    """Let one of a group propose the best time there is, and the others answer."""
    times = next_times_of(programme, group, now=now)
    if not times.slots or lot("plans", group, now) >= habits.plans:
        return programme
    first, *others = present(programme, programme.groups[group])
    suggestion = suggestion_for(programme, group, now=now)
    programme, session = propose_session(
        programme,
        group,
        by=first,
        starts_at=times.slots[0].starts_at,
        now=now,
        kind=SessionKind.MEETING if suggestion is None else suggestion.activity.kind,
        activity=None if suggestion is None else suggestion.activity.id,
    )
    for member in others:
        if lot("agrees", session.id, member) < habits.agrees:
            programme = change_session(
                programme, session.id, partial(accept, member=member, now=now)
            )
    return programme


def live_through(
    programme: Programme, habits: Habits, *, since: datetime, until: datetime
) -> Programme:
    """Let all planned sessions that end in this time take place, or not."""
    ended = [
        one
        for one in programme.sessions
        if one.state is SessionState.PLANNED and since < one.ends_at <= until
    ]
    for session in sorted(ended, key=lambda one: (one.ends_at, one.id)):
        programme = _live(programme, session, habits)
    return programme


def react(programme: Programme, decided: Iterable[Nudge]) -> Programme:
    """Let some of those write how it was who were reminded of it, and few of the others."""
    for nudge in decided:
        willing = 45 if nudge.is_held_out else 65
        if nudge.rule is NudgeRule.FEEDBACK_WAITING and lot("reacts", nudge.id) < willing:
            session = programme.sessions[nudge.occasion.about]
            programme = _write(programme, session, nudge.member, now=nudge.send_at + HOUR)
    return programme


def answer_questions(programme: Programme, wave: Wave, *, now: datetime) -> Programme:
    """Let nine in ten answer the questionnaire; with time they agree a little more."""
    questionnaire = built_in_questionnaire()
    for member in programme.members:
        if not member.takes_part or lot("answers", member.id, wave) >= 90:
            continue
        answers = {}
        for scale in questionnaire.scales:
            for item in scale.items:
                mood = 2 + lot("level", member.id) // 50 + lot(item.id, member.id, wave) // 50
                mood += wave is Wave.AFTER and lot("grows", member.id, scale.id) < 55
                answers[item.id] = 6 - mood if item.is_reversed else mood
        programme = respond(programme, member.id, questionnaire, wave, answers, now=now)
    return programme


def _live(programme: Programme, session: Session, habits: Habits) -> Programme:
    is_met = lot("meets", session.id) < habits.meets
    now = session.ends_at
    parts = _parts(programme, session) if is_met else ()
    for member in session.members:
        if lot("tells", session.id, member) < habits.tells:
            programme = change_session(
                programme, session.id, partial(confirm, member=member, met=is_met, now=now)
            )
    if not is_met:
        return programme
    if session.kind is SessionKind.MEETING:
        told = partial(describe, member=session.members[0], parts=parts, now=now)
        programme = change_session(programme, session.id, told)
    for member in session.members:
        if lot("writes", session.id, member) < habits.writes:
            programme = _write(programme, session, member, now=now + HOUR)
    return programme


def _write(programme: Programme, session: Session, member: str, *, now: datetime) -> Programme:
    programme, _ = check_in(
        programme,
        session.group,
        member,
        session=session.id,
        now=now,
        good=one_of(GOOD, session.id, member),
        fit=one_of((Fit.GOOD, Fit.GOOD, Fit.GOOD, Fit.UNSURE), "fit", session.id, member),
        mood=one_of((2, 3, 4, 4, 5), "mood", session.id, member),
    )
    return programme


def _parts(programme: Programme, session: Session) -> tuple[Part, ...]:
    """Let people do as the activity says, but for groups in which one talks most."""
    chosen = None if session.activity is None else activity(programme, session.activity)
    if chosen is None:
        return ()
    first = session.members[lot("first", session.id) % len(session.members)]
    plan = schedule(chosen, session.members, session.minutes, lead=first)
    if lot("talks", session.id) >= 12:
        return plan.parts
    taught = session.minutes * 2 // 3
    return tuple(
        Part(member=one, taught=taught) if one == first else Part(member=one, learned=taught)
        for one in session.members
    )


WANTS = (
    "Somebody who asks me on Friday what I did.",
    "To explain things until I understand them myself.",
    "Honest words about my code.",
    "To practise speaking about my work.",
)
GOOD = (
    "I could ask without feeling foolish.",
    "Explaining it showed me what I had not understood.",
    "We found the bug together.",
    "You let me finish.",
)
