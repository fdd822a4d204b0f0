"""Who is in a programme: joining, pausing, coming back, leaving."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.errors import MemberError
from peerloom.members import Member
from peerloom.mentoring.errors import MomentError, TextError
from peerloom.mentoring.sessions import SessionState
from peerloom.programmes.asking import ask
from peerloom.programmes.errors import ProgrammeError, UnknownRecordError
from peerloom.programmes.membership import come_back, join, leave, pause, update_profile
from peerloom.programmes.participants import LONGEST_ANSWER, Absence, MemberState, Participant
from peerloom.programmes.sessions import propose_session

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_people_join_with_the_day(school):
    ada = school().members["ada"]
    assert (ada.state, ada.joined_at, ada.takes_part) == (MemberState.ACTIVE, MONDAY, True)


def test_late_ones_join_and_nobody_is_dropped(school):
    programme, report = join(school(("ada", "bo")), [Member(id="cy")], now=MONDAY + DAY)
    assert report.joined == ("cy",)
    assert report.missing == ("ada", "bo")
    assert [one.id for one in programme.members] == ["ada", "bo", "cy"]


def test_new_answers_of_known_people_are_kept_and_private_ones_stay(school):
    programme = school(("ada", "bo"))
    told = replace(programme.members["ada"].profile, blocked=("bo",))
    programme = update_profile(programme, told)
    programme, report = join(programme, [Member(id="ada", level=5)], now=MONDAY + DAY)
    ada = programme.members["ada"]
    assert report.changed == ("ada",)
    assert (ada.profile.level, ada.profile.blocked) == (5, ("bo",))
    assert ada.profile.protected == {"gender": "ada-protected"}
    assert ada.joined_at == MONDAY


def test_the_same_list_changes_nothing(school):
    programme = school(("ada", "bo"))
    profiles = [one.profile for one in programme.members]
    again, report = join(programme, profiles, now=MONDAY + DAY)
    assert again == programme
    assert report == type(report)()


def test_an_id_twice_in_a_list_is_refused(school):
    with pytest.raises(ProgrammeError, match="each id once"):
        join(school(()), [Member(id="ada"), Member(id="ada")], now=MONDAY)


def test_who_pauses_in_the_list_pauses(school):
    programme, _ = join(school(()), [Member(id="ada", is_paused=True)], now=MONDAY)
    assert programme.members["ada"].state is MemberState.PAUSED
    programme, _ = join(programme, [Member(id="ada")], now=MONDAY + DAY)
    assert programme.members["ada"].paused_at == MONDAY


def test_pausing_and_coming_back(school):
    programme = pause(school(), "ada", now=MONDAY + DAY)
    assert programme.members["ada"].profile.is_paused
    assert pause(programme, "ada", now=MONDAY + 2 * DAY) == programme
    programme = come_back(programme, "ada", now=MONDAY + 3 * DAY)
    assert programme == school()


def test_leaving_keeps_the_history_and_coming_back_too(school):
    programme = leave(school(), "ada", now=MONDAY + DAY)
    ada = programme.members["ada"]
    assert (ada.state, ada.left_at, ada.takes_part) == (MemberState.LEFT, MONDAY + DAY, False)
    programme = come_back(programme, "ada", now=MONDAY + 3 * DAY)
    ada = programme.members["ada"]
    assert ada.state is MemberState.ACTIVE
    assert ada.absences == (Absence(left_at=MONDAY + DAY, returned_at=MONDAY + 3 * DAY),)


def test_who_left_and_stands_in_a_list_again_is_back(school):
    programme = leave(school(("ada", "bo")), "ada", now=MONDAY + DAY)
    programme, report = join(programme, [Member(id="ada")], now=MONDAY + 2 * DAY)
    assert report.returned == ("ada",)
    assert programme.members["ada"].takes_part


@pytest.mark.parametrize("change", [pause, leave])
def test_who_has_left_comes_back_first(school, change):
    programme = leave(school(), "ada", now=MONDAY)
    with pytest.raises(ProgrammeError, match="come back first"):
        change(programme, "ada", now=MONDAY)


@pytest.mark.parametrize("change", [pause, leave, come_back])
def test_somebody_unknown_is_said(school, change):
    with pytest.raises(UnknownRecordError, match="no such member"):
        change(school(), "nobody", now=MONDAY)


def test_leaving_calls_off_what_is_to_come_and_takes_asks_back(paired):
    programme = paired()
    group = programme.current_group("ada").id
    programme, session = propose_session(
        programme, group, by="ada", starts_at=MONDAY + 3 * DAY, now=MONDAY
    )
    programme = ask(programme, "bo", "ada", now=MONDAY)
    programme = leave(programme, "ada", now=MONDAY + DAY)
    assert programme.sessions[session.id].state is SessionState.CANCELLED
    assert len(programme.asks) == 0
    assert programme.current_group("bo").id == group


def test_profiles_are_kept_as_a_file_gives_them_back():
    told = Member(
        id="ada",
        name="  Ada   L. ",
        teach=("SQL", "sql", " "),
        blocked=("bo", "bo"),
        columns={"why": " because\r\nof you "},
    )
    profile = Participant(profile=told, joined_at=MONDAY).profile
    assert (profile.name, profile.teach, profile.blocked) == ("Ada L.", ("SQL",), ("bo",))
    assert profile.columns == {"why": "because\nof you"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "a" * 201}, "at most 200"),
        ({"teach": ("x\0y",)}, "control"),
        ({"columns": {"why": "a" * (LONGEST_ANSWER + 1)}}, "at most 10000"),
        ({"protected": {"": "x"}}, "some text"),
    ],
)
def test_what_cannot_be_kept_is_refused(fields, expected):
    with pytest.raises(TextError, match=expected):
        Participant(profile=Member(id="ada", **fields), joined_at=MONDAY)


def test_too_many_words_are_refused():
    member = Member(id="ada", topics=tuple(map(str, range(51))))
    with pytest.raises(ProgrammeError, match="at most 50"):
        Participant(profile=member, joined_at=MONDAY)


def test_nobody_has_the_id_of_the_erased():
    with pytest.raises(ProgrammeError, match="does not begin"):
        Participant(profile=Member(id="(erased 1)"), joined_at=MONDAY)
    with pytest.raises(MemberError):
        Member(id="")


def test_moments_need_zones_and_order():
    with pytest.raises(MomentError):
        Participant(profile=Member(id="ada"), joined_at=MONDAY.replace(tzinfo=None))
    with pytest.raises(ProgrammeError, match="left_at"):
        Participant(profile=Member(id="ada"), joined_at=MONDAY, left_at=MONDAY - DAY)
    with pytest.raises(ProgrammeError, match="returned_at"):
        Absence(left_at=MONDAY, returned_at=MONDAY - DAY)


def test_a_stay_for_retention(school):
    programme = leave(school(), "ada", now=MONDAY + DAY)
    stay = programme.members["ada"].stay("group-1")
    assert (stay.member, stay.joined_at, stay.left_at) == ("ada", MONDAY, MONDAY + DAY)
    assert stay.group == "group-1"
