"""The course and its people, read from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from examples.classroom.vocabulary import ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the course. The name and the e-mail address may be missing, as in life."""

    id: str
    name: str
    email: str
    role: str
    timezone: str
    profile: Mapping[str, str]
    """What the person would answer in the tool's profile form: the CSV's other columns."""

    @property
    def is_instructor(self) -> bool:
        """Whether this person teaches the course."""
        return self.role == "instructor"

    @property
    def label(self) -> str:
        """The name, or something to say instead."""
        return self.name or f"No name ({self.id})"

    @property
    def roles(self) -> tuple[str, ...]:
        """The person's roles in LTI's words, as full addresses."""
        return ROLES[self.role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The one course of this classroom."""

    id: str
    label: str
    title: str
    people: Mapping[str, Person]

    @property
    def instructor(self) -> Person:
        """The first instructor of the file."""
        return next(person for person in self.people.values() if person.is_instructor)

    @property
    def students(self) -> tuple[Person, ...]:
        """Everybody who learns here, in the order of the file."""
        return tuple(person for person in self.people.values() if not person.is_instructor)


def read_course(path: Path) -> Course:
    """Read the course's people.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with the columns id, name, email, role and timezone. Every further
        column is kept as part of the person's profile.
    """
    people = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = {key: row.pop(key) for key in ("id", "name", "email", "role")}
            people[known["id"]] = Person(**known, timezone=row["timezone"], profile=row)
    return Course(id="7", label="WEB-26", title="Web Development Bootcamp", people=people)
