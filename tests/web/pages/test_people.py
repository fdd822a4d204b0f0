"""The list of people."""

from __future__ import annotations


def test_everybody_is_listed_by_name_and_the_nameless_at_the_end(visit, course, make):
    nameless = make.member(course.context, name="")
    page = visit(course.staff).open("people")
    label = f"Learner {nameless.id:03x}"
    places = [page.text.index(name) for name in ("Ada", "Ben", "Cleo", "Dora", label)]
    assert places == sorted(places)
    assert page.text.count("has told us") == 4
    assert page.text.count("not yet") == 1


def test_partners_and_breaks_are_shown(visit, course, publish, make):
    publish(course)
    make.member(course.context, name="Eve", profile={"is_paused": True})
    page = visit(course.staff).open("people")
    assert page.text.count("waits for the next round") == 1
    assert "skips a round" in page.text


def test_no_answer_of_anybody_is_shown(visit, make):
    course = make.course()
    make.member(
        course.context,
        name="Ada",
        profile={"topics": ["secret topic"], "availability": "Mon 03:00-04:00", "level": 2},
    )
    page = visit(course.staff).open("people")
    assert "secret topic" not in page.html
    assert "03:00" not in page.html


def test_an_empty_list_explains_itself(visit, make):
    assert "There is nobody here yet." in visit(make.course().staff).open("people").text
