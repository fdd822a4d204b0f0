"""Answers to a survey, as any tool exports them: CSV with its own questions and words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from peerloom.availability import DAYS
from peerloom.errors import MembersFileError, Problem
from peerloom.formats.members_csv import LISTS, PROTECTED, YES_OR_NO
from peerloom.formats.survey_columns import Column, columns_of, delimiter_of
from peerloom.formats.survey_mapping import OWN, Repeated, SurveyMapping
from peerloom.formats.survey_problems import answered_twice, once, too_many, wrong_answers
from peerloom.formats.tables import Cell, plain_cell, read_text, records
from peerloom.members import Member
from peerloom.schemas import MemberSchema

_MERGED = frozenset({"columns", "protected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person answered.

    It may hold private answers, which `Member` never shows.

    Parameters
    ----------
    line
        The line of the file on which it starts.
    member
        The person, with nothing but what the file says.
    told
        The fields of `Member` that the file says something about.
    """

    line: int
    member: Member
    told: frozenset[str] = field(default=frozenset())

    def onto(self, known: Member) -> Member:
        """Give somebody who is known, with these answers. What was not asked or answered stays.

        Examples
        --------
        >>> late = Answer(line=2, member=Member(id="ada", level=3), told=frozenset({"level"}))
        >>> late.onto(Member(id="ada", name="Ada", level=2))
        Member(id='ada', name='Ada', email='', level=3, teach=(), learn=(), topics=(), \
challenges=(), goals=(), languages=(), formats=(), experience=None, section='', timezone='UTC', \
availability=Availability(slots=()), is_paused=False, columns={})
        """
        news: dict[str, Any] = {name: getattr(self.member, name) for name in sorted(self.told)}
        for name in _MERGED & self.told:
            # An empty answer is none: it takes the place of no other.
            said = {key: text for key, text in news[name].items() if text}
            news[name] = {**news[name], **getattr(known, name), **said}
        return replace(known, **news)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a survey says.

    Parameters
    ----------
    answers
        One for each person, in the order of the file.
    columns
        Each field that was read, with the heading of its column; several where it has several.
    left_out
        Headings of columns that were not asked for.
    repeated
        Ids of people who answered more than once.
    """

    answers: tuple[Answer, ...]
    columns: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def read_survey(path: str | os.PathLike[str], mapping: SurveyMapping | None = None) -> Survey:
    """Read the answers to a survey.

    Parameters
    ----------
    path
        A CSV file with any headings. Its delimiter is found out, and spaces around cells, lines
        that are empty and cells that are missing at the end of a line do no harm.
    mapping
        Which columns say what, and what answers mean. A members file needs none.

    Raises
    ------
    MembersFileError
        With every problem of the file at once. The same answer that cannot be used is told once,
        with the first line on which it stands.
    """
    file, mapping = Path(path), mapping or SurveyMapping()
    text = read_text(file, mapping.encoding)
    if isinstance(text, Problem):
        raise MembersFileError(file.name, [text])
    problems: list[Problem] = []
    if "\0" in text:
        problem = Problem(
            expected="CSV (in a spreadsheet, save as CSV UTF-8)",
            found="a file of another kind",
            is_literal=False,
        )
        raise MembersFileError(file.name, [problem])
    text, delimiter = delimiter_of(text, mapping)
    rows = records(text, delimiter, problems)
    header = [" ".join(cell.text.split()) for cell in next(rows, [])]
    columns = columns_of(header, mapping, problems)
    if not problems:
        used = {column.index for column in columns}
        left_out = tuple(name for at, name in enumerate(header) if at not in used and name)
        answers, repeated = _answers(
            islice(rows, mapping.skip, None), header, columns, mapping, problems
        )
        if not problems and not answers:
            problems.append(
                Problem(line=2, expected="at least one answer", found="none", is_literal=False)
            )
    if problems:
        raise MembersFileError(file.name, sorted(problems, key=lambda one: one.line or 0))
    read = tuple((column.field, column.heading) for column in columns)
    return Survey(answers=answers, columns=read, left_out=left_out, repeated=repeated)


def _answers(
    rows: Iterator[list[Cell]],
    header: list[str],
    columns: tuple[Column, ...],
    mapping: SurveyMapping,
    problems: list[Problem],
) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """Read all answers; the same problem is told once."""
    schema = MemberSchema()
    told: dict[tuple[str, str, str], list[Problem]] = {}
    answers: dict[str, Answer] = {}
    repeated: dict[str, None] = {}
    for cells in rows:
        problems += too_many(cells, header)
        data = _plain_data(cells, columns, mapping)
        try:
            member: Member = schema.load(data)
        except ValidationError as error:
            said = {column: _said(column, cells, mapping) for column in columns}
            for wrong in wrong_answers(error, cells, said):
                told.setdefault(wrong.key, []).append(wrong.problem)
            continue
        answer = Answer(line=cells[0].line, member=member, told=frozenset(data) - {"id"})
        before = answers.get(member.id)
        if before is None:
            answers[member.id] = answer
        elif mapping.repeated is Repeated.REFUSE:
            problems.append(answered_twice(cells, columns, before.line, member.id))
        else:
            repeated[member.id] = None
            if mapping.repeated is Repeated.LAST:
                answers[member.id] = answer
    problems += [once(same) for same in told.values()]
    return tuple(answers.values()), tuple(repeated)


def _plain_data(
    cells: list[Cell], columns: tuple[Column, ...], mapping: SurveyMapping
) -> dict[str, Any]:
    """Give what the cells of a line say; an empty cell says nothing."""
    data: dict[str, Any] = {"id": ""}
    for column in columns:
        start, _, rest = column.field.partition(":")
        items = _said(column, cells, mapping)
        if f"{start}:" == OWN:
            # As in a members file, where somebody who said nothing has the column all the same.
            data.setdefault("columns", {})[rest.strip()] = items[0] if items else ""
        if not items:
            continue
        if start in LISTS:
            data.setdefault(start, []).extend(items)
        elif start == "availability":
            times = [f"{rest} {item}" if rest in DAYS else item for item in items]
            data[start] = "; ".join((*filter(None, (data.get(start),)), *times))
        elif f"{start}:" == PROTECTED:
            data.setdefault("protected", {})[rest.strip()] = items[0]
        elif start == "paused":
            data["is_paused"] = YES_OR_NO.get(items[0].casefold(), items[0])
        elif f"{start}:" != OWN:
            data[start] = items[0]
    return data


def _said(column: Column, cells: list[Cell], mapping: SurveyMapping) -> list[str]:
    """Give what somebody answered in a column, each choice as what it means."""
    said = plain_cell(cells[column.index].text).strip() if column.index < len(cells) else ""
    return list(_items(said, column, mapping))


def _items(said: str, column: Column, mapping: SurveyMapping) -> Iterator[str]:
    """Give what an answer means, each choice by itself where there may be several."""
    name = column.field
    is_sentence = name == "availability" and not mapping.has_meanings(name, column.heading)
    if is_sentence or not column.is_several:
        means = mapping.meaning(name, column.heading, said) if said else None
        said = said if means is None else means
        if said:
            yield said
        return
    pieces = said.split(mapping.separator)
    # A choice may hold the separator itself: the longest one that means something comes first.
    most = mapping.longest(name, column.heading)
    at = 0
    while at < len(pieces):
        for count in range(min(most, len(pieces) - at), 0, -1):
            choice = mapping.separator.join(pieces[at : at + count]).strip()
            means = mapping.meaning(name, column.heading, choice)
            if means is not None or count == 1:
                at += count
                found = [choice] if means is None else means.split(";")
                yield from filter(None, (one.strip() for one in found))
                break


def differences(before: Member, after: Member) -> Mapping[str, tuple[Any, Any]]:
    """Give the fields in which two descriptions of somebody differ, without what is private.

    Returns
    -------
    mapping of str to tuple
        For each field what was and what is; for `blocked` and `protected` nothing but their names.

    Examples
    --------
    >>> differences(Member(id="ada", level=2), Member(id="ada", level=3, blocked=("bo",)))
    {'level': (2, 3), 'blocked': (None, None)}
    """
    found: dict[str, tuple[Any, Any]] = {}
    for name in Member.__dataclass_fields__:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            found[name] = (None, None) if name in {"blocked", "protected"} else (was, now)
    return found
