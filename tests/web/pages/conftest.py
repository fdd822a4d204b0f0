"""A visitor who opens pages of the tool and presses their buttons, without any JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.store import models

BOTH_FREE = {
    "level": 3,
    "teach": ["SQL"],
    "learn": ["CSS"],
    "topics": ["jazz"],
    "timezone": "Europe/Berlin",
    "availability": "Mon-Fri 18:00-20:00",
    "is_paused": False,
}


@dataclass
class Form:
    """A form of a page: where it goes and what it would send as it stands."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def value(self, name: str) -> str:
        """The value of a field; of several, the first."""
        return next(value for key, value in self.fields if key == name)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.choices: dict[str, list[str]] = {}
        self._text_of: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self.forms.append(Form(values["action"]))
        elif tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in values and self._select:
            self.forms[-1].fields.append((self._select, values.get("value", "")))
        elif tag == "textarea":
            self._text_of = name
            self.forms[-1].fields.append((name, ""))
        elif tag == "input" and name:
            self.forms[-1].names.add(name)
            if values.get("type") in {"radio", "checkbox"}:
                self.choices.setdefault(name, []).append(values["value"])
                if "checked" not in values:
                    return
            self.forms[-1].fields.append((name, values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text_of = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text_of is not None:
            self.forms[-1].fields[-1] = (self._text_of, data)
        self.words.append(data)


class Page:
    """An answer of the tool, read as a person reads it."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.html = answer.get_data(as_text=True)
        reader = _Reader()
        reader.feed(self.html)
        self.text = " ".join(" ".join(reader.words).split())
        self.forms, self.links, self.choices = reader.forms, reader.links, reader.choices

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        assert found
        return " ".join(re.sub(r"<[^>]+>", "", found[1]).split())

    def form(self, ending: str, *, having: str = "") -> Form:
        """The first form that goes to an address with this ending and has this field."""
        for form in self.forms:
            if form.action.endswith(ending) and (not having or having in form.names):
                return form
        raise AssertionError(f"no form to {ending} in {[form.action for form in self.forms]}")

    def offers(self, ending: str) -> bool:
        return any(form.action.endswith(ending) for form in self.forms)


class Visitor:
    """One person in one visit."""

    def __init__(self, client: FlaskClient, make: Any, member: models.Membership, **visit: Any):
        self.client = client
        self.path = make.visit(client, member, **visit)
        self.token = make.form_token(self.path)

    def open(self, page: str) -> Page:
        return Page(self.client.get(f"{self.path}/{page}"))

    def post(self, page: str, **data: Any) -> Page:
        """Post these fields and the form token; follow no redirect."""
        fields = {"csrf_token": self.token, **data}
        return Page(self.client.post(f"{self.path}/{page}", data=fields))

    def press(self, page: Page, ending: str, having: str = "", **changes: Any) -> Page:
        """Send a form of a page as it stands, with some fields changed, and follow it."""
        form = page.form(ending, having=having)
        fields: dict[str, Any] = {}
        for name, value in form.fields:
            fields.setdefault(name, []).append(value)
        fields.update(changes)
        answer = self.client.post(form.action, data=fields)
        if answer.status_code == 303:
            answer = self.client.get(answer.headers["Location"])
        return Page(answer)


@pytest.fixture
def visit(client, make):
    """``visit(membership)`` gives a visitor."""

    def visit(member: models.Membership, **values: Any) -> Visitor:
        return Visitor(client, make, member, **values)

    return visit


@pytest.fixture
def course(make):
    """A course of four learners who can meet on weekday evenings in Berlin."""
    course = make.course(title="Web development")
    for name in ("Ada", "Ben", "Cleo", "Dora"):
        course.learners.append(make.member(course.context, name=name, profile=dict(BOTH_FREE)))
    return course


@pytest.fixture
def publish(visit):
    """``publish(course)`` pairs a course, publishes, and gives the visitor who did."""

    def publish(course: Any, preset: str = "bootcamp") -> Visitor:
        teacher = visit(course.staff)
        draft = teacher.press(teacher.open("course"), "/rounds", preset=preset)
        assert "Nobody sees it before you publish." in draft.text
        done = teacher.press(draft, "/publish")
        assert done.status == 200
        return teacher

    return publish


@pytest.fixture
def mates(database):
    """``mates(membership)`` gives the other people of somebody's group."""

    def mates(member: models.Membership) -> list[models.Membership]:
        seat = (
            database.query(models.Seat)
            .join(models.Group)
            .join(models.Round)
            .filter(
                models.Seat.membership_id == member.id,
                models.Round.state == models.RoundState.PUBLISHED,
            )
            .one()
        )
        return [one.membership for one in seat.group.seats if one.membership_id != member.id]

    return mates
