"""A programme as plain data: what its file holds, there and back.

What nobody but single members or groups may read stands in a section of its own, ``private``,
apart from everything else: an export is the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from marshmallow import RAISE, ValidationError, fields

from peerloom.errors import Problem
from peerloom.fields import always
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.schemas.activities import ActivitySchema
from peerloom.mentoring.schemas.agreements import AgreementSchema
from peerloom.mentoring.schemas.checkins import CheckInSchema
from peerloom.mentoring.schemas.closing import FarewellSchema
from peerloom.mentoring.schemas.goals import GoalSchema
from peerloom.mentoring.schemas.groups import PublishedGroupSchema
from peerloom.mentoring.schemas.impact import QuestionnaireSchema, ResponseSchema
from peerloom.mentoring.schemas.nudges import NudgeRecordSchema
from peerloom.mentoring.schemas.places import problems_by_place
from peerloom.mentoring.schemas.records import Exact, RecordSchema, Whole
from peerloom.mentoring.schemas.resources import RemovedResourceSchema, ResourceSchema
from peerloom.mentoring.schemas.sessions import SessionSchema
from peerloom.mentoring.schemas.switches import SwitchAskSchema
from peerloom.programmes.codecs import Codec
from peerloom.programmes.errors import ProgrammeFileError
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import Participant
from peerloom.programmes.programme import Programme
from peerloom.programmes.records import Kind, Records, key_of
from peerloom.programmes.references import unknown_references
from peerloom.programmes.schemas import (
    AskSchema,
    DraftSchema,
    ParticipantSchema,
    PreferencesSchema,
    RoundSchema,
    SettingsSchema,
)
from peerloom.schemas import OwnSchema, PolicySchema

_SCHEMAS: Mapping[str, type[RecordSchema]] = {
    "members": ParticipantSchema,
    "rounds": RoundSchema,
    "groups": PublishedGroupSchema,
    "activities": ActivitySchema,
    "questionnaires": QuestionnaireSchema,
    "preferences": PreferencesSchema,
    "asks": AskSchema,
    "agreements": AgreementSchema,
    "goals": GoalSchema,
    "sessions": SessionSchema,
    "check_ins": CheckInSchema,
    "switch_asks": SwitchAskSchema,
    "farewells": FarewellSchema,
    "nudges": NudgeRecordSchema,
    "resources": ResourceSchema,
    "removed_resources": RemovedResourceSchema,
    "responses": ResponseSchema,
}
PRIVATE = "private"
_PLACES: Mapping[str, tuple[str, ...]] = {"private_seed": (PRIVATE, "seed")}
"""Where in the file a field of the programme stands, if not under its own name."""

Plain = dict[str, Any]


class _HeadSchema(OwnSchema):
    """What is not a list of records."""

    class Meta:
        unknown = RAISE

    name = Exact(required=True)
    language = Exact()
    policy = fields.Nested(PolicySchema, required=True, error_messages=always("expected a policy"))
    settings = fields.Nested(SettingsSchema, error_messages=always("expected settings"))
    draft = fields.Nested(
        DraftSchema, allow_none=True, error_messages=always("expected a draft of groups")
    )
    counters = fields.Dict(
        keys=Exact(), values=Whole(), error_messages=always("expected whole numbers by kind")
    )
    erased = Whole()


class _AnswerSchema(OwnSchema):
    """What a member told in private."""

    class Meta:
        unknown = RAISE

    member = Exact(required=True)
    blocked = fields.List(Exact(), error_messages=always("expected a list of ids"))
    protected = fields.Dict(
        keys=Exact(), values=Exact(), error_messages=always("expected texts by name")
    )


class _PrivateSchema(OwnSchema):
    """What is private and not a list of records."""

    class Meta:
        unknown = RAISE

    seed = Whole(required=True)
    answers = fields.List(
        fields.Nested(_AnswerSchema), error_messages=always("expected answers by member")
    )


def to_plain(programme: Programme, *, is_private: bool = True) -> Plain:
    """Give a programme as plain data for JSON.

    Parameters
    ----------
    programme
        Any.
    is_private
        Whether with the section ``private``. Without it nothing is in it that anybody said or
        wrote in private: no blocks, protected answers, asks, goals, sessions, check-ins or nudges;
        nor what only those who run the programme know: a draft, and who must or must never meet.

    Notes
    -----
    O(n) for all records. What is as it was when the file was read is not written anew.
    """
    private: Plain = {"seed": programme.private_seed}
    if answers := [
        _answer(one) for one in programme.members if one.profile.blocked or one.profile.protected
    ]:
        private["answers"] = answers
    plain: Plain = {"name": programme.name, "policy": _policy_schema().dump(programme.policy)}
    if programme.language:
        plain["language"] = programme.language
    if settings := _settings_codec().dump(programme.settings):
        plain["settings"] = settings
    if programme.draft is not None:
        plain["draft"] = _draft_codec().dump(programme.draft)
    if programme.erased:
        plain["erased"] = programme.erased
    records = {kind: getattr(programme, kind.name) for kind in KINDS.values()}
    if counters := {kind.name: kept.last for kind, kept in records.items() if kept.last}:
        plain["counters"] = counters
    for kind, kept in records.items():
        if len(kept):
            dump = _codec(kind.name).dump
            section = private if kind.is_private else plain
            section[kind.name] = [one if type(one) is dict else dump(one) for one in kept.plain()]
    return {**plain, PRIVATE: private} if is_private else _public(plain)


def _public(plain: Plain) -> Plain:
    """Leave out what only those who run the programme know, and what would tell it."""
    public = {name: value for name, value in plain.items() if name != "draft"}
    public["policy"] = _without(plain["policy"], "never", "must")
    if rounds := plain.get("rounds"):
        public["rounds"] = [{**one, "drawing": _public_drawing(one["drawing"])} for one in rounds]
    private = {kind.name for kind in KINDS.values() if kind.is_private}
    if counters := _without(plain.get("counters", {}), *private):
        public["counters"] = counters
    else:
        public.pop("counters", None)
    return public


def _public_drawing(drawing: Plain) -> Plain:
    """Leave out who asked whom, and why somebody was in no group."""
    public = _without(drawing, "asked", "not_paired")
    return {**public, "policy": _without(drawing["policy"], "never", "must")}


def _without(plain: Plain, *names: str) -> Plain:
    return {name: value for name, value in plain.items() if name not in names}


def of_plain(data: Any, *, name: str = "programme", is_checked: bool = False) -> Programme:
    """Read a programme from plain data, whoever wrote it.

    Parameters
    ----------
    data
        What JSON holds.
    name
        What to call it in errors, such as the name of the file.
    is_checked
        Whether it is known to be what `to_plain` gave, with nothing named that is not there.
        Private records are then made, and checked, when they are first needed.

    Raises
    ------
    ProgrammeFileError
        With every problem at once, each with its place, such as ``private.sessions[17].starts_at``.
        Places are counted from 1. What stands in private places is never repeated.

    Notes
    -----
    O(n) for all records: about 40 microseconds for each session, and a tenth of it if `is_checked`.
    """
    reading = _Reading(data, name, is_checked)
    programme = reading.programme()
    if programme is None:
        raise ProgrammeFileError(name, reading.problems())
    return programme


class _Reading:
    """One look at plain data that may hold anything."""

    def __init__(self, data: Any, name: str, is_checked: bool) -> None:
        self._name = name
        self._is_checked = is_checked
        self._data = data if isinstance(data, dict) else {}
        self._wrong: dict[Any, Any] = {}
        if not isinstance(data, dict):
            self._wrong["_schema"] = ["expected the keys and values of a programme"]
        private = self._data.get(PRIVATE, {})
        self._private = private if isinstance(private, dict) else {}
        if self._private is not private:
            self._wrong[PRIVATE] = ["expected keys with values"]

    def programme(self) -> Programme | None:
        """Give the programme, or None where something is wrong."""
        if self._wrong:
            return None
        head = self._head(_HeadSchema, self._data, (), {PRIVATE})
        private = self._head(_PrivateSchema, self._private, (PRIVATE,), set())
        counters = head.pop("counters", {})
        records: dict[str, Any] = {
            kind.name: self._records(kind, counters.get(kind.name, 0)) for kind in KINDS.values()
        }
        for kind_name, number in sorted(counters.items()):
            if kind_name not in KINDS:
                self._say(("counters", kind_name), "expected a kind of records")
            elif number < 0:
                self._say(("counters", kind_name), "expected a whole number from 0 up")
        if self._wrong:
            return None
        try:
            programme = Programme(private_seed=private["seed"], **head)
            programme = replace(programme, **records)
            programme = self._with_answers(programme, private.get("answers", ()))
        except MentoringError as error:
            keys = _PLACES.get(error.field or "", (error.field or "_schema",))
            self._say(keys, f"expected {error.expected or error.sentence}")
            return None
        for kind_name, place, field, expected in (
            () if self._is_checked else unknown_references(programme)
        ):
            self._say(
                (*_section(KINDS[kind_name]), kind_name, place, field), f"expected {expected}"
            )
        return None if self._wrong else programme

    def problems(self) -> list[Problem]:
        """Say everything that is wrong, without repeating what is private."""
        return [
            replace(problem, found="something else")
            if (problem.column or "").startswith(PRIVATE)
            else problem
            for problem in problems_by_place(ValidationError(self._wrong), self._data)
        ]

    def _head(
        self, schema: type[OwnSchema], data: Plain, section: tuple[str, ...], without: set[str]
    ) -> Plain:
        lists = {kind.name for kind in KINDS.values() if _section(kind) == section}
        rest = {key: value for key, value in data.items() if key not in lists | without}
        try:
            loaded: Plain = schema().load(rest)
        except ValidationError as error:
            wrong = error.messages if isinstance(error.messages, dict) else {}
            for key, messages in wrong.items():
                self._say((*section, key), messages)
            return {}
        return loaded

    def _records(self, kind: Kind, last: int) -> Records[Any]:
        section = _section(kind)
        rows = (self._private if kind.is_private else self._data).get(kind.name, [])
        if not isinstance(rows, list):
            self._say((*section, kind.name), "expected a list")
            return Records(kind)
        load = _codec(kind.name).load
        if self._is_checked and kind.is_private:
            # What was said to be checked and has not even keys is looked at after all.
            with suppress(LookupError, TypeError, AttributeError):
                sealed = Records.sealed(kind, rows, self._later(kind, load), last=last)
                if len(sealed) == len(rows):
                    return sealed
        found = {}
        for place, row in enumerate(rows):
            try:
                record = load(row)
            except ValidationError as error:
                self._say((*section, kind.name, place), error.messages)
                continue
            key = key_of(kind, record)
            if key in found:
                self._say(
                    (*section, kind.name, place, kind.key[0]), f"expected each {kind.one} once"
                )
            found[key] = record
        return Records(kind, found.values(), last=last)

    def _later(self, kind: Kind, load: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Give what makes a record when it is needed; what is wrong is said then."""

        def decode(row: Any) -> Any:
            try:
                return load(row)
            except ValidationError as error:
                problem = Problem(
                    column=f"{PRIVATE}.{kind.name}",
                    expected=_first(error.messages),
                    found="something else",
                    is_literal=False,
                )
                raise ProgrammeFileError(self._name, [problem]) from None

        return decode

    def _with_answers(self, programme: Programme, answers: Iterable[Plain]) -> Programme:
        changed: dict[str, Participant] = {}
        for place, answer in enumerate(answers):
            member = programme.members.get(answer["member"])
            if member is None or member.id in changed:
                expected = 'an id in "members"' if member is None else "each member once"
                self._say((PRIVATE, "answers", place, "member"), f"expected {expected}")
                continue
            told = {
                "blocked": tuple(answer.get("blocked", ())),
                "protected": answer.get("protected", {}),
            }
            changed[member.id] = replace(member, profile=replace(member.profile, **told))
        return programme.put("members", *changed.values()) if changed else programme

    def _say(self, keys: tuple[Any, ...], messages: Any) -> None:
        below = self._wrong
        for key in keys[:-1]:
            below = below.setdefault(key, {})
        below[keys[-1]] = [messages] if isinstance(messages, str) else messages


def _first(messages: Any) -> str:
    while isinstance(messages, (dict, list)):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return str(messages).removeprefix("expected ")


def _section(kind: Kind) -> tuple[str, ...]:
    return (PRIVATE,) if kind.is_private else ()


def _answer(member: Participant) -> Plain:
    answer: Plain = {"member": member.id}
    if member.profile.blocked:
        answer["blocked"] = list(member.profile.blocked)
    if member.profile.protected:
        answer["protected"] = dict(member.profile.protected)
    return answer


@cache
def _codec(kind: str) -> Codec[Any]:
    return Codec(_SCHEMAS[kind]())


@cache
def _policy_schema() -> PolicySchema:
    return PolicySchema()


@cache
def _settings_codec() -> Codec[Any]:
    return Codec(SettingsSchema())


@cache
def _draft_codec() -> Codec[Any]:
    return Codec(DraftSchema())
