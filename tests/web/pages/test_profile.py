"""What a learner tells us: easy to say, never lost, never shown to staff."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.store import rounds
from lti_tool.web.availability_boxes import boxes_of, rest_of, ticked
from peerloom import Availability, WeeklySlot

ANSWERS = {
    "level": "4",
    "teach": "SQL, git\r\nsql",
    "learn": "CSS;  Rust ",
    "topics": "",
    "timezone": "Europe/Berlin",
    "availability": "Mon-Thu 18:30-20:00; Sat 10:00-12:00",
}


@pytest.fixture
def ada(make):
    return make.member(make.context(), name="Ada")


def stored(database, member):
    database.refresh(member)
    return rounds.as_member(member)


def test_answers_are_kept(visit, ada, database):
    answer = visit(ada).post("profile", **ANSWERS)
    assert answer.status == 303
    member = stored(database, ada)
    assert member.level == 4
    assert member.teach == ("SQL", "git")
    assert member.learn == ("CSS", "Rust")
    assert member.topics == ()
    assert member.timezone == "Europe/Berlin"
    assert str(member.availability) == ANSWERS["availability"]
    assert not member.is_paused
    assert "name" not in ada.profile
    assert "id" not in ada.profile


def test_saving_an_unchanged_page_changes_nothing(visit, ada, database):
    visitor = visit(ada)
    visitor.post("profile", **ANSWERS, paused="yes")
    before = stored(database, ada)
    page = visitor.press(visitor.open("profile"), "/profile")
    assert "Saved." in page.text
    assert stored(database, ada) == before


def test_boxes_and_quick_start_are_added_to_what_is_written(visit, ada, database):
    visit(ada).post(
        "profile",
        availability="Mon 18:30-19:00",
        free=["Mon 19:00-20:00", "Tue 08:00-09:00"],
        often=["Sat-Sun 10:00-13:00"],
        timezone="Europe/Berlin",
    )
    expected = "Mon 18:30-20:00; Tue 08:00-09:00; Sat-Sun 10:00-13:00"
    assert str(stored(database, ada).availability) == expected


def test_everything_may_stay_empty(visit, ada, database):
    assert visit(ada).post("profile").status == 303
    member = stored(database, ada)
    assert (member.level, member.teach, member.timezone) == (None, (), "UTC")
    assert ada.profile is not None


def test_all_mistakes_are_shown_at_once_and_nothing_is_lost(visit, ada, database):
    visitor = visit(ada)
    page = visitor.post(
        "profile",
        level="9",
        teach="a" * 61,
        learn="CSS",
        topics=", ".join(f"topic {number}" for number in range(21)),
        timezone="Europe/Berlim",
        availability="Mon 18:00-20:00; Foo 18-20",
        free=["Tue 08:00-09:00"],
        often=["Mon-Fri 18:00-21:00"],
        paused="yes",
    )
    assert page.status == 422
    for message in (
        "Choose a level from 1 to 5.",
        "longer than 60 characters",
        "Keep to 20 at most",
        "Do you mean Europe/Berlin?",
        "We cannot read “Foo 18-20”.",
        "5 answers need another look. Nothing is lost.",
    ):
        assert message in page.text
    for name in ("teach", "topics", "timezone", "availability"):
        assert f'id="{name}-error"' in page.html
    form = page.form("/profile")
    assert form.value("learn") == "CSS"
    assert form.value("teach") == "a" * 61
    assert form.value("timezone") == "Europe/Berlim"
    assert form.value("availability") == "Mon 18:00-20:00; Foo 18-20"
    assert form.values("free") == ["Tue 08:00-09:00"]
    assert form.values("often") == ["Mon-Fri 18:00-21:00"]
    assert form.value("paused") == "yes"
    database.refresh(ada)
    assert ada.profile is None


@pytest.mark.parametrize(
    "fields",
    [
        {"teach": "\x00"},
        {"free": "Mon 25:00-26:00"},
        {"often": "soon"},
        {"availability": "; ".join(["Mon 01:00-02:00"] * 200)},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Mars/Olympus"},
        {"level": "٣"},
    ],
)
def test_what_cannot_be_kept_is_explained(visit, ada, database, fields):
    page = visit(ada).post("profile", **fields)
    assert page.status == 422
    assert "One answer needs another look." in page.text
    assert page.html.count('class="error"') == 1
    database.refresh(ada)
    assert ada.profile is None


def test_an_unusual_zone_stays_chosen(visit, ada):
    visitor = visit(ada)
    visitor.post("profile", timezone="Asia/Calcutta")
    form = visitor.open("profile").form("/profile")
    assert form.value("timezone") == "Asia/Calcutta"


def test_what_is_typed_cannot_become_markup(visit, ada):
    visitor = visit(ada)
    visitor.post("profile", teach="<script>alert(1)</script>", topics='"><b>')
    page = visitor.open("profile")
    assert "<script>alert" not in page.html
    assert '"><b>' not in page.html


def test_pausing_leaves_out_of_the_next_round(visit, course, database):
    visit(course.learners[0]).post("profile", paused="yes")
    visit(course.learners[1]).post("profile")
    teacher = visit(course.staff)
    assert "Pair 3 learners" in teacher.open("course").text
    teacher.post("rounds", preset="bootcamp")
    draft = teacher.open("rounds/1").text
    assert "Ada" not in draft
    assert "Not in a group this time, each listed with the reason: 1." in draft


def test_staff_see_no_answer_but_what_reasons_say(visit, make):
    course = make.course()
    for name, teach, learn in (("Ada", "SQL", "CSS"), ("Ben", "CSS", "SQL")):
        make.member(
            course.context,
            name=name,
            profile={
                "level": 2,
                "teach": [teach, f"secret skill of {name}"],
                "learn": [learn, f"secret wish of {name}"],
                "topics": [f"secret topic of {name}"],
                "timezone": "Europe/Berlin",
                "availability": "Tue 18:00-20:00; Thu 03:00-04:00",
            },
        )
    teacher = visit(course.staff)
    draft = teacher.press(teacher.open("course"), "/rounds", preset="bootcamp")
    pages = [
        draft,
        teacher.open("course"),
        teacher.open("people"),
        teacher.press(draft, "/publish"),
    ]
    assert "Ada can teach Ben: SQL. In return Ben can teach Ada: CSS." in draft.text
    for page in pages:
        assert "secret" not in page.html
        assert "18:00-20:00" not in page.html
        assert "03:00" not in page.html


slots = st.builds(
    lambda day, start, length: WeeklySlot(day, start, min(start + length, 1440)),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 600),
)


@given(st.lists(slots, max_size=12))
def test_boxes_and_text_together_say_exactly_what_is_stored(chosen):
    availability = Availability(tuple(chosen))
    boxes = [box.value for day in boxes_of(availability) for box in day.boxes if box.is_ticked]
    text = Availability.parse(rest_of(availability))
    assert Availability(text.slots + ticked(boxes).slots) == availability
    assert all(slot.start % 60 or slot.end % 60 for slot in text.slots)
