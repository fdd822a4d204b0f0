"""What worked for others: counted over people, hidden for few, never for one's own group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.cohort import FEWEST, CohortAnswers, cohort_answers
from peerloom.mentoring.sessions import Confirmation, Session, SessionState

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def session(name, activity, *, group="others", state=SessionState.HELD):
    people = ("x", "y")
    met = state is SessionState.HELD
    return Session(
        id=name,
        group=group,
        members=people,
        starts_at=NOW,
        minutes=45,
        state=state,
        proposed_by="x",
        proposed_at=NOW,
        changed_at=NOW,
        activity=activity,
        confirmations=tuple(Confirmation(member=one, at=NOW) for one in people) if met else (),
    )


def check_in(name, about, *, member="x", group="others", at=NOW, **said):
    return CheckIn(id=name, group=group, member=member, at=at, session=about, **said)


def answered(wells, *, group="others"):
    """Give sessions and check-ins in which people said whether they were well after activities."""
    sessions = [session(name, name, group=group) for name in wells]
    check_ins = [
        check_in(
            f"{name}-{number}",
            name,
            member=f"m{number}",
            group=group,
            fit=Fit.GOOD if was_well else Fit.UNSURE,
        )
        for name, all_of_them in wells.items()
        for number, was_well in enumerate(all_of_them)
    ]
    return sessions, check_ins


def liking(wells, activity, **options):
    answers = cohort_answers(*answered(wells))
    return answers.liking(activity, **{"without": "mine"} | options)


def test_a_liking_worked_out_by_hand():
    wells = {"a": [True] * 5, "b": [True] * 2 + [False] * 3}
    # On average 7 of 10 were well. Five average people more make it 8.5 and 5.5 of 10.
    assert liking(wells, "a") == Fraction(85, 100) - Fraction(7, 10)
    assert liking(wells, "b") == Fraction(55, 100) - Fraction(7, 10)


def test_fewer_than_five_people_count_nothing():
    assert FEWEST == 5
    wells = {"a": [True] * 4, "b": [False] * 40}
    assert liking(wells, "a") == 0
    assert liking(wells | {"a": [True] * 5}, "a") > 0
    assert liking(wells, "never done") == 0
    assert CohortAnswers().liking("a", without="mine") == 0


def test_the_group_that_asks_is_left_out_of_everything():
    wells = {"a": [True] * 9, "b": [False] * 9}
    assert liking(wells, "a", without="others") == 0
    assert liking(wells, "a", without="mine") > 0
    # Its answers about other activities would move the average.
    sessions, check_ins = answered(wells)
    mine = answered({"c": [True] * 9}, group="mine")
    both = cohort_answers([*sessions, *mine[0]], [*check_ins, *mine[1]])
    assert both.liking("a", without="mine") == liking(wells, "a")


@pytest.mark.parametrize(
    ("said", "was_well"),
    [
        ({"fit": Fit.GOOD}, True),
        ({"fit": Fit.GOOD, "mood": 3}, True),
        ({"fit": Fit.GOOD, "mood": 2}, False),
        ({"fit": Fit.UNSURE, "mood": 5}, False),
        ({"fit": Fit.NOT_A_FIT}, False),
        ({"mood": 4}, True),
        ({"mood": 2}, False),
        ({"mood": 3}, None),
        ({"good": "All of it."}, None),
    ],
)
def test_what_an_answer_says(said, was_well):
    found = cohort_answers([session("s", "a")], [check_in("c", "s", **said)]).by_activity
    assert found == ({} if was_well is None else {"a": {"others": {"x": was_well}}})


def test_somebody_counts_once_with_their_last_answer():
    sessions = [session("s1", "a"), session("s2", "a")]
    said = [
        check_in("c1", "s2", fit=Fit.GOOD, at=NOW + timedelta(days=7)),
        check_in("c2", "s1", fit=Fit.UNSURE),
        check_in("c3", "s1", mood=3, at=NOW + timedelta(days=9)),
    ]
    assert cohort_answers(sessions, said).by_activity == {"a": {"others": {"x": True}}}


def test_one_person_in_five_groups_is_not_five_people():
    sessions = [session(f"s{n}", "a", group=f"g{n}") for n in range(FEWEST)]
    said = [
        check_in(f"c{n}", f"s{n}", group=f"g{n}", fit=Fit.GOOD, at=NOW + timedelta(days=n))
        for n in range(FEWEST)
    ]
    found = cohort_answers(sessions, said)
    assert found.by_activity == {"a": {"g4": {"x": True}}}
    others = answered({"a": [True] * 4, "b": [False] * 9})
    few = cohort_answers([*sessions, *others[0]], [*said[:4], *others[1]])
    assert few.liking("a", without="g3") == 0
    assert few.liking("a", without="mine") > 0


groups_of_answers = st.dictionaries(
    st.sampled_from("abc"),
    st.dictionaries(
        st.sampled_from(["g1", "g2", "g3"]),
        st.dictionaries(st.integers(0, 9).map(str), st.booleans()),
    ),
)


@given(groups_of_answers, st.sampled_from(["g1", "g3", "none"]))
def test_a_liking_is_as_if_the_asking_group_had_never_answered(by_activity, without):
    others = {
        name: {group: said for group, said in groups.items() if group != without}
        for name, groups in by_activity.items()
    }
    found, expected = CohortAnswers(by_activity=by_activity), CohortAnswers(by_activity=others)
    everybody = [
        well for groups in others.values() for said in groups.values() for well in said.values()
    ]
    for name in "abc":
        liking = found.liking(name, without=without)
        assert liking == expected.liking(name, without="nobody")
        here = [well for said in others.get(name, {}).values() for well in said.values()]
        if len(here) >= FEWEST:
            average = Fraction(sum(everybody), len(everybody))
            assert liking == (sum(here) + 5 * average) / (len(here) + 5) - average
        else:
            assert liking == 0


def test_only_answers_about_sessions_that_were_held_with_an_activity_count():
    sessions = [session("s1", None), session("s2", "a", state=SessionState.NOT_HELD)]
    said = [check_in(f"c{n}", about, mood=5) for n, about in enumerate(["s1", "s2", "s3", None])]
    assert cohort_answers(sessions, said).by_activity == {}


def test_nobody_reads_it_by_accident():
    assert repr(cohort_answers(*answered({"a": [True]}))) == "CohortAnswers()"
