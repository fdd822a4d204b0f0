"""A course of some weeks, made by the functions that people use, for reports to tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from peerloom.availability import Availability
from peerloom.members import Member
from peerloom.mentoring.checkins import Fit
from peerloom.mentoring.goal_changes import meet
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.mentoring.session_outcomes import confirm
from peerloom.policy import Policy
from peerloom.programmes.drawing import draw_repair, draw_round, keep_draft, keep_repair
from peerloom.programmes.feedback import ask_switch, check_in, respond
from peerloom.programmes.goals import change_goal, set_goal
from peerloom.programmes.membership import join, leave, pause
from peerloom.programmes.nudging import nudges, record_nudges
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.sessions import change_session, record_session
from peerloom.programmes.settings import Settings

START = datetime(2026, 9, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
END = START + 5 * WEEK + 5 * DAY
PRIVATE = "nobody-but-us"

NAMES = [
    "Ada Lovelace",
    "Bo Chen",
    "Çiğdem Yılmaz",
    "Dmitri Petrov",
    "Esperanza Ruiz",
    "Fatou Diop",
    "Gunnar Ås",
    "Hamid رضایی",
    "Ines Sá",
    "山田 花子",
    "Kofi Mensah",
    "Lior לוי",
    "Maya Patel",
    "Nuno Reis",
    "Olga Król",
    "Priya Nair",
    "Quinn Blake",
    "Rosa Vidal",
    "Sven Holm",
    "Thi Mai Nguyen",
    "Uma Rao",
    "Viktor Ek",
    "Wren O'Neill",
    "Xavi Puig",
    "Yusuf Demir",
    "Zoë Maas",
    "Amir Haddad",
    "Bea Lang",
    "Cleo Dias",
    "Dov Katz",
    "Ella Frost",
]


def people(names=NAMES, start=0):
    """Members who could all go together."""
    evenings = Availability.parse("Mon-Fri 18:00-20:00")
    return [
        Member(
            id=f"m{place:02d}",
            name=name,
            email=f"{PRIVATE}-{place}@example.org",
            level=1 + place % 5,
            teach=(("SQL", "Git", "CSS")[place % 3],),
            learn=(("Git", "CSS", "SQL")[place % 3],),
            timezone="Europe/Berlin",
            availability=evenings,
            protected={"gender": f"{PRIVATE}-{place}"},
        )
        for place, name in enumerate(names, start)
    ]


def begun(names=NAMES, name="Evening school", **fields):
    """A programme with people, and nothing published."""
    empty = Programme(name=name, private_seed=2026, **fields)
    return join(empty, people(names), now=START)[0]


def next_round(programme, number, now):
    """Draw and publish a round."""
    programme = keep_draft(programme, draw_round(programme, now=now, seed=number), now=now)
    return publish(programme, now=now)


def meeting(programme, group, now, *, minutes=60):
    """Let a group meet, and let everybody confirm it."""
    present = [one for one in group.members if programme.members[one].left_at is None]
    programme, session = record_session(
        programme, group.id, by=present[0], starts_at=now - DAY, minutes=minutes, now=now
    )
    for member in present[1:]:
        programme = change_session(
            programme, session.id, lambda one, member=member: confirm(one, member, now=now)
        )
    for member in present:
        programme, _ = check_in(
            programme,
            group.id,
            member,
            now=now,
            session=session.id,
            good=f"{PRIVATE}-good",
            bad=f"{PRIVATE}-bad",
            fit=Fit.GOOD if int(member[1:]) % 5 else Fit.NOT_A_FIT,
            mood=1 + (int(member[1:]) + now.day) % 5,
        )
    return programme


def answered(programme, wave, now):
    """Let all but a few answer the questionnaire; later most score a little higher."""
    asked = built_in_questionnaire()
    for place, one in enumerate(programme.members):
        if one.left_at is None and place % 7:
            later = int(wave is Wave.AFTER and place % 3 > 0)
            agrees = 2 + place % 2 + later
            answers = {item.id: 6 - agrees if item.is_reversed else agrees for item in asked.items}
            programme = respond(programme, one.id, asked, wave, answers, now=now)
    return programme


def course(names=NAMES, name="Bootcamp 12 – “Rust & roots”", asker=0):
    """Six weeks: three rounds, a repair, people who pause and leave, answers before and after."""
    settings = Settings(timezone="Europe/Berlin")
    programme = begun(names, name, policy=Policy.preset("bootcamp"), settings=settings)
    programme = answered(programme, Wave.BEFORE, START)
    for number in (1, 2, 3):
        now = START + (number - 1) * 2 * WEEK
        programme = next_round(programme, number, now)
        for place, group in enumerate(programme.current_groups):
            if place % 4 != number % 4:
                programme = meeting(programme, group, now + 4 * DAY)
                if place % 2:
                    programme = meeting(programme, group, now + 9 * DAY)
        if number == 2:
            programme = leave(programme, "m03", now=now + 5 * DAY)
            programme = pause(programme, "m08", now=now + 5 * DAY)
            programme, _ = join(programme, people(("Late Lee",), len(names)), now=now + 5 * DAY)
            programme = keep_repair(programme, draw_repair(programme, seed=9), now=now + 6 * DAY)
            programme = publish(programme, now=now + 6 * DAY)
    for place, one in enumerate(list(programme.members)):
        programme, goal = set_goal(
            programme,
            GoalTerms(statement=f"{PRIVATE}-goal"),
            now=START + DAY,
            member=one.id,
        )
        if place % 3 == 0:
            programme = change_goal(
                programme, goal.id, lambda goal, one=one: meet(goal, now=START + WEEK, by=one.id)
            )
    programme = record_nudges(programme, nudges(programme, now=START + 5 * WEEK))
    group = programme.current_groups[2]
    programme, _ = ask_switch(
        programme,
        group.id,
        group.members[asker],
        now=START + 5 * WEEK,
        words_for_staff=f"{PRIVATE}-why",
    )
    programme = leave(programme, "m20", now=START + 5 * WEEK + DAY)
    return answered(programme, Wave.AFTER, START + 5 * WEEK + DAY)


@pytest.fixture(scope="session")
def making():
    """The functions that make a course."""
    return SimpleNamespace(**{name: thing for name, thing in globals().items() if name[0] != "_"})


@pytest.fixture(scope="session")
def bootcamp():
    """The whole course."""
    return course()
