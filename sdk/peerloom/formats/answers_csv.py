"""Answers to a questionnaire before or after, as any survey tool exports them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from peerloom.errors import FileError, Problem
from peerloom.formats.survey_columns import delimiter_of, headings_at
from peerloom.formats.survey_mapping import MappingError, Repeated, SurveyMapping
from peerloom.formats.tables import Cell, plain_cell, read_text, records
from peerloom.mentoring.impact.questionnaires import Questionnaire
from peerloom.policy import meant

_NUMBER = re.compile(r"(?P<number>\d{1,3})(?:[.,]0+)?(?:\s*[-–—:.=()]*\s*(?P<label>\D.*))?")


class AnswersFileError(FileError):
    """A file of answers that cannot be used. It repeats no answer: they are private."""

    code = "answers_file_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersMapping:
    """Where a survey says what, and what its words mean.

    Parameters
    ----------
    columns
        For ``id`` and for ids of items the heading of the column, or ``#3`` for the third one. An
        empty heading means that the item was not asked. What is not named is found by the words of
        the statement, alone or within a longer heading, or by the id.
    values
        What answers mean, as numbers; None for an answer that says nothing. The labels of the
        questionnaire, and their numbers, need no mention.
    delimiter, encoding, skip, repeated
        As in `SurveyMapping`.

    Raises
    ------
    MappingError
        For a delimiter or an encoding that there is not.
    """

    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    values: Mapping[str, int | None] = field(default_factory=dict, hash=False)
    delimiter: str = ""
    encoding: str = ""
    skip: int = 0
    repeated: Repeated = Repeated.REFUSE

    def __post_init__(self) -> None:
        values = {_plain(said): means for said, means in self.values.items()}
        object.__setattr__(self, "values", values)
        self.reading(())

    def reading(self, wanted: tuple[str, ...]) -> SurveyMapping:
        """Give how the file is read, as for any survey with these headings."""
        return SurveyMapping(
            keep=wanted, delimiter=self.delimiter, encoding=self.encoding, skip=self.skip
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSheet:
    """What a survey says. Private: whoever reads it reads what people answered.

    Parameters
    ----------
    answers
        For each person, by id, the numbers of the answers by id of the item. Who answered nothing
        is not in it.
    left_out
        Headings of columns that were not asked for.
    repeated
        Ids of people who answered more than once.
    """

    answers: Mapping[str, Mapping[str, int]] = field(repr=False, hash=False)
    left_out: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def read_answers(
    path: str | os.PathLike[str],
    questionnaire: Questionnaire,
    mapping: AnswersMapping | None = None,
) -> AnswerSheet:
    """Read the answers to a questionnaire.

    Parameters
    ----------
    path
        A CSV file with a column for the ids of people and one for each statement. Its delimiter is
        found out. An answer is a label of the questionnaire, its number, or both ("4 - fits").
    questionnaire
        What was asked.
    mapping
        What cannot be found out.

    Raises
    ------
    AnswersFileError
        With every problem of the file at once.
    MappingError
        For an item or an answer that the questionnaire does not have.

    Notes
    -----
    O(cells).
    """
    file, mapping = Path(path), mapping or AnswersMapping()
    _check(questionnaire, mapping)
    text = read_text(file, mapping.encoding)
    if isinstance(text, Problem):
        raise AnswersFileError(file.name, [text])
    problems: list[Problem] = []
    wanted = (*mapping.columns.values(), *(item.text for item in questionnaire.items))
    text, delimiter = delimiter_of(text, mapping.reading(tuple(filter(None, wanted))))
    rows = records(text, delimiter, problems)
    header = [" ".join(cell.text.split()) for cell in next(rows, [])]
    columns = _columns(header, questionnaire, mapping, problems)
    answers: dict[str, dict[str, int]] = {}
    repeated: dict[str, None] = {}
    if not problems:
        rest = islice(rows, mapping.skip, None)
        for member, said in _people(rest, header, columns, questionnaire, mapping, problems):
            if member not in answers:
                answers[member] = said
                continue
            repeated[member] = None
            if mapping.repeated is Repeated.LAST:
                answers[member] = said
    if not problems and not answers:
        problems.append(
            Problem(line=2, expected="at least one answer", found="none", is_literal=False)
        )
    if problems:
        raise AnswersFileError(file.name, sorted(problems, key=lambda one: one.line or 0))
    used = set(columns.values())
    return AnswerSheet(
        answers=answers,
        left_out=tuple(name for at, name in enumerate(header) if at not in used and name),
        repeated=tuple(repeated),
    )


def _check(questionnaire: Questionnaire, mapping: AnswersMapping) -> None:
    known = ["id", *(item.id for item in questionnaire.items)]
    for name in mapping.columns:
        if name not in known:
            raise MappingError(
                f'The questionnaire has no statement "{name}"{meant(name, known)}: choose one of '
                f"{', '.join(known)}.",
                field=name,
            )
    for number in mapping.values.values():
        if number is not None and not questionnaire.low <= number <= questionnaire.high:
            raise MappingError(
                f"An answer is a number from {questionnaire.low} to {questionnaire.high}."
            )


def _columns(
    header: list[str],
    questionnaire: Questionnaire,
    mapping: AnswersMapping,
    problems: list[Problem],
) -> dict[str, int]:
    """Find the column of the ids, and that of each statement."""
    found: dict[str, int] = {}
    for name, heading in mapping.columns.items():
        if heading:
            found.update((name, at) for at in headings_at(heading, name, header, problems)[:1])
    free = [at for at in range(len(header)) if at not in found.values()]
    places: dict[str, list[int]] = {}
    for at in free:
        places.setdefault(_meant_by(header[at], questionnaire), []).append(at)
    for name in ("id", *(item.id for item in questionnaire.items)):
        if name in mapping.columns:
            continue
        own = places.get(name, [])
        if len(own) == 1:
            found[name] = own[0]
        elif own:
            numbers = " or ".join(f'"{name}=#{at + 1}"' for at in own[:5])
            problems.append(
                Problem(
                    line=1,
                    column=name,
                    expected=f"one column: say which, as {numbers}",
                    found=f"{len(own)} columns",
                    is_literal=False,
                )
            )
        else:
            problems.append(_missing(name, questionnaire))
    return found


def _missing(name: str, questionnaire: Questionnaire) -> Problem:
    if name == "id":
        expected = 'an id for each person, or a mapping such as id="Student number"'
    else:
        text = next(item.text for item in questionnaire.items if item.id == name)
        expected = f'a column for "{text}", or "{name}=" where that was not asked'
    return Problem(line=1, column=name, expected=expected, found="none", is_literal=False)


def _meant_by(heading: str, questionnaire: Questionnaire) -> str:
    """Give the id of the item that a heading means: the one with the longest words in it."""
    plain = _plain(heading)
    if plain == "id" or plain in {_plain(item.id) for item in questionnaire.items}:
        return next((one.id for one in questionnaire.items if _plain(one.id) == plain), "id")
    within = [item for item in questionnaire.items if _plain(item.text) in plain]
    return max(within, key=lambda item: len(item.text)).id if within else ""


def _people(
    rows: Iterator[list[Cell]],
    header: list[str],
    columns: Mapping[str, int],
    questionnaire: Questionnaire,
    mapping: AnswersMapping,
    problems: list[Problem],
) -> Iterator[tuple[str, dict[str, int]]]:
    seen: dict[str, int] = {}
    labels = {_plain(one): at for at, one in enumerate(questionnaire.labels, questionnaire.low)}
    for cells in rows:
        texts = [plain_cell(cell.text).strip() for cell in cells]
        texts += [""] * (len(header) - len(texts))
        member, at = texts[columns["id"]], cells[0].line
        answers: dict[str, int] = {}
        for item in (one for one in columns if one != "id"):
            place = columns[item]
            said = texts[place]
            try:
                number = _number(said, labels, mapping) if said else None
            except KeyError:
                problems.append(_unclear(cells[place].line, header[place], questionnaire))
                continue
            if number is not None:
                answers[item] = number
        if not answers:
            continue
        if not member:
            problems.append(
                Problem(
                    line=at,
                    column=header[columns["id"]],
                    expected="an id",
                    found="",
                    is_literal=True,
                )
            )
        elif member in seen and mapping.repeated is Repeated.REFUSE:
            problems.append(
                Problem(
                    line=at,
                    column=header[columns["id"]],
                    expected=f"an id that is used once; line {seen[member]} has the same (take "
                    "the first or the last answer of each person)",
                    found=member,
                )
            )
        else:
            seen.setdefault(member, at)
            yield member, answers


def _unclear(line: int, heading: str, questionnaire: Questionnaire) -> Problem:
    labels = ", ".join(f'"{one}"' for one in questionnaire.labels)
    return Problem(
        line=line,
        column=heading,
        expected=f"{labels}, or a number from {questionnaire.low} to {questionnaire.high}, or a "
        'mapping such as "agree=4"',
        # What somebody said in private must not reach a log with the message.
        found="something else",
        is_literal=False,
    )


def _number(said: str, labels: Mapping[str, int], mapping: AnswersMapping) -> int | None:
    """Give the number of an answer; None for one that says nothing."""
    plain = _plain(said)
    if plain in mapping.values:
        return mapping.values[plain]
    if plain in labels:
        return labels[plain]
    match = _NUMBER.fullmatch(plain)
    if match is None or int(match["number"]) not in labels.values():
        raise KeyError
    number = int(match["number"])
    label = _plain(match["label"] or "")
    if label and labels.get(label) != number:
        raise KeyError
    return number


def _plain(text: str) -> str:
    """Give words as they compare: tools change capitals, spaces, apostrophes and the end."""
    return " ".join(text.replace("’", "'").casefold().split()).strip(" .:*?")
