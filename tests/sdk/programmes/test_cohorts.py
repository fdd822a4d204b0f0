"""What worked for everybody is the same, whether or not the records of a file were made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.cohort import Answer, cohort_answers
from peerloom.mentoring.sessions import SessionState
from peerloom.programmes.cohorts import cohort_of
from peerloom.programmes.documents import of_plain, to_plain

NOW = datetime(2027, 1, 20, 9, tzinfo=UTC)


def with_answers(course):
    """Give a programme in which everybody said how it was after some activity, more than once."""
    sessions = [
        replace(one, activity=name)
        for one, name in zip(course.sessions, ["teach_off", "walk_a_mile"] * 9, strict=False)
    ]
    programme = course.put("sessions", *sessions)
    said = [
        CheckIn(
            id=f"x{number}-{member}-{turn}",
            group=one.group,
            member=member,
            at=NOW - timedelta(hours=turn),
            session=one.id,
            fit=fit,
            mood=mood,
        )
        for number, one in enumerate(sessions)
        for member in one.members
        for turn, (fit, mood) in enumerate([(Fit.GOOD, None), (Fit.UNSURE, 5), (None, 1 + number)])
    ]
    return programme.put("check_ins", *said)


def test_plain_records_count_as_made_ones_do(course):
    programme = with_answers(course)
    expected = cohort_answers(programme.sessions, programme.check_ins)
    assert {"teach_off", "walk_a_mile"} == expected.by_activity.keys()
    plain = of_plain(to_plain(programme), is_checked=True)
    assert any(isinstance(one, dict) for one in plain.check_ins.plain())
    assert cohort_of(plain.sessions, plain.check_ins) == expected
    # Nothing was made of them on the way.
    assert all(isinstance(one, dict) for one in plain.check_ins.plain())
    assert all(isinstance(one, dict) for one in plain.sessions.plain())
    first = next(iter(plain.sessions))
    changed = plain.put("sessions", replace(first, state=SessionState.CANCELLED, confirmations=()))
    assert changed.cohort == cohort_answers(changed.sessions, changed.check_ins)
    assert programme.cohort == expected


def test_nobody_reads_an_answer_by_accident():
    answer = Answer("c1", "g1", "ada", NOW, "s1", "not_a_fit", 1)
    assert repr(answer) == "<Answer c1>"
