"""Members and groups for other tools."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from peerloom import Availability, Member, read_members
from peerloom.formats.group_exports import (
    group_sheets,
    groups_csv,
    groups_mail,
    groups_markdown,
)
from peerloom.formats.members_export import members_csv, plain_members
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.session_outcomes import confirm
from peerloom.programmes.drawing import draw_round, keep_draft
from peerloom.programmes.erasing import erase
from peerloom.programmes.membership import join
from peerloom.programmes.participants import Participant
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.sessions import change_session, record_session

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVENINGS = Availability.parse("Mon-Fri 18:00-20:00")


@given(data=st.data())
def test_a_members_file_comes_back_without_what_is_private(people, data, tmp_path_factory):
    known = data.draw(people.filter(bool))
    secret = {"blocked": ("x-blocked",), "protected": {"gender": "x-protected"}}
    members = [Participant(profile=replace(one, **secret), joined_at=MONDAY) for one in known]
    text = members_csv(members)
    assert "x-" not in text
    assert "x-" not in str(plain_members(members))
    path = tmp_path_factory.mktemp("members") / "members.csv"
    path.write_text(text, encoding="utf-8")
    columns = {name for one in members for name in one.profile.columns}
    expected = [
        replace(
            one.profile,
            blocked=(),
            protected={},
            columns={name: one.profile.columns.get(name, "") for name in columns},
        )
        for one in members
    ]
    found = [
        # What a spreadsheet would run as a formula stands behind an apostrophe.
        replace(one, columns={name: value.removeprefix("'") for name, value in one.columns.items()})
        for one in read_members(path)
    ]
    assert found == expected


def school(*members):
    programme = Programme(name="Evening <school>", private_seed=1)
    programme, _ = join(programme, members, now=MONDAY)
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    return publish(programme, now=MONDAY)


def person(member, **fields):
    return Member(id=member, availability=EVENINGS, **fields)


def test_times_are_on_each_person_s_own_clock():
    programme = school(
        Member(
            id="ada", timezone="Europe/Berlin", availability=Availability.parse("Tue 13:00-15:00")
        ),
        Member(
            id="bo", timezone="Asia/Kathmandu", availability=Availability.parse("Tue 17:00-20:00")
        ),
    )
    sheets = group_sheets(programme, programme.current_groups, now=MONDAY)
    ada, bo = groups_csv(sheets).splitlines()[1:]
    assert "Tue 2026-11-24 13:00" in ada
    assert "Tue 2026-11-24 17:45" in bo
    said = "Tue 2026-11-24 13:00 (Europe/Berlin) = Tue 2026-11-24 17:45 (Asia/Kathmandu)"
    assert said in groups_mail(sheets, title="School")


def test_a_formula_and_markup_are_only_text():
    programme = school(person("ada", name="=1+1"), person("bo", name="<script>|"))
    sheets = group_sheets(programme, programme.current_groups, now=MONDAY)
    assert ",'=1+1," in groups_csv(sheets)
    page = groups_markdown(sheets, title=programme.name, timezone="UTC")
    assert r"\<script\>\|" in page
    assert r"# Evening \<school\>" in page


def test_when_a_group_has_met_is_in_no_export():
    programme = school(person("ada"), person("bo"))
    (group,) = programme.current_groups
    before = group_sheets(programme, [group], now=MONDAY)
    programme, session = record_session(
        programme,
        group.id,
        by="ada",
        starts_at=datetime(2026, 11, 23, 7, tzinfo=UTC),
        minutes=45,
        now=MONDAY,
    )
    programme = change_session(programme, session.id, lambda one: confirm(one, "bo", now=MONDAY))
    assert group_sheets(programme, [group], now=MONDAY) == before


def test_two_with_one_name_and_somebody_without_free_time():
    programme = school(person("ada", name="Kim"), Member(id="bo", name="Kim"))
    (sheet,) = group_sheets(programme, programme.current_groups, now=MONDAY)
    assert sheet.names == ("Kim (ada)", "Kim (bo)")
    assert sheet.times == ()
    letter = groups_mail([sheet], title="School")
    assert "Hello Kim (ada) and Kim (bo)," in letter
    assert "Choose a first time together" in letter


def test_who_was_erased_is_in_no_sheet():
    programme = school(*(person(name) for name in ("ada", "bo", "cy")))
    programme = erase(programme, "ada", now=MONDAY)
    (sheet,) = group_sheets(programme, programme.current_groups, now=MONDAY)
    assert sheet.to_dict()["members"] == ["bo", "cy"]
    assert isinstance(sheet.group, PublishedGroup)
    assert "ada" not in groups_csv([sheet]) + groups_mail([sheet], title="School")
