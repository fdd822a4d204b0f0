"""The course file is as odd as life, on purpose."""

from __future__ import annotations

import ast
import csv

from examples.classroom.config import COURSE_FILE
from examples.classroom.course import read_course

COURSE = read_course(COURSE_FILE)


def test_there_are_one_instructor_and_an_odd_number_of_students() -> None:
    assert [person.role for person in COURSE.people.values()].count("instructor") == 1
    assert len(COURSE.students) == 25


def test_people_are_told_apart_by_id_only() -> None:
    rows = list(csv.DictReader(COURSE_FILE.read_text(encoding="utf-8").splitlines()))
    assert len({row["id"] for row in rows}) == len(rows) == len(COURSE.people)


def test_names_and_addresses_are_missing_as_in_life() -> None:
    assert sum(not student.name for student in COURSE.students) == 1
    assert sum(not student.email for student in COURSE.students) >= 3
    assert any("ß" in student.name for student in COURSE.students)
    assert max(len(student.name) for student in COURSE.students) > 80
    scripts = ("Д", "م", "李", "प", "ஆ")
    assert all(any(s in student.name for student in COURSE.students) for s in scripts)


def test_three_time_zones_and_every_student_has_a_profile() -> None:
    assert {student.timezone for student in COURSE.students} == {
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
    }
    for student in COURSE.students:
        assert student.profile["level"] in {"1", "2", "3", "4", "5"}
        for column in ("teach", "learn", "topics", "availability"):
            assert student.profile[column], (student.id, column)


def test_the_classroom_is_another_party() -> None:
    for file in COURSE_FILE.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            roots = {name.partition(".")[0] for name in names}
            assert not roots & {"lti_tool", "peerloom"}, file
