"""``peerloom questionnaire``: what people are asked before and after, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.commands import answer, json_option, say
from peerloom.cli.programme_options import at_option, changed, now_of, programme_option, undo_words
from peerloom.cli.survey_options import survey_options
from peerloom.cli.verbs import Verbs
from peerloom.errors import Problem
from peerloom.formats.answers_csv import AnswersFileError, AnswerSheet, AnswersMapping, read_answers
from peerloom.formats.survey_mapping import MappingError, Repeated
from peerloom.formats.terminal import bullet
from peerloom.mentoring.impact.cells import Count, size
from peerloom.mentoring.impact.questionnaire_files import read_questionnaire
from peerloom.mentoring.impact.questionnaires import Questionnaire, Wave
from peerloom.mentoring.schemas.impact import QuestionnaireSchema
from peerloom.programmes.answering import (
    Taken,
    add_questionnaire,
    questionnaire_named,
    questionnaires_of,
    take_answers,
)
from peerloom.programmes.files import load_programme
from peerloom.programmes.programme import Programme

_MOST_SHOWN = 20

_HELP = """Ask before the first round and after the last one, to see what changes.

Copy the statements into a form of any tool, with the answers to choose from and a question for the
id of each person. Take its CSV file in; the report then tells what changed, and never what single
people answered.

Examples:

\b
  peerloom questionnaire
  peerloom questionnaire answers before.csv --wave before
  peerloom questionnaire answers after.csv --wave after --map id="Student number" --dry-run
  peerloom questionnaire answers after.csv --wave after --map belonging_myself="Be yourself?" \\
      --map-value "strongly agree=5" --map-value "no answer="
  peerloom questionnaire add our-own.toml

A column is found by the words of its statement, alone or within a longer heading. An answer is one
of the labels, or its number.

A questionnaire of your own is a TOML file; the lowest answer comes first:

\b
  id = "our_own"
  title = "You and the others here"
  labels = ["does not fit", "fits half and half", "fits"]
  [[scales]]
  id = "courage"
  title = "Courage"
  source = {citation = "Our own", note = "Not tested by anybody."}
  [[scales.items]]
  id = "courage_ask"
  text = "I dare to ask."
  [[scales.items]]
  id = "courage_silent"
  text = "I would rather stay silent."
  is_reversed = true

The exit code is 0 when all went well, 1 when a file or an answer cannot be used, 2 for a wrong
option. When anything is wrong, the programme stays as it was.
"""


@click.group("questionnaire", cls=Verbs, help=_HELP)
def questionnaire_command() -> None:
    """Ask before and after."""


questionnaire_option = click.option(
    "--questionnaire",
    "name",
    metavar="ID",
    help="Which one.  [default: your own, or that of the package]",
)


@questionnaire_command.verb("show")
@questionnaire_option
@programme_option
@json_option
def show_command(path: Path, name: str | None, as_json: bool) -> None:
    """Show what is asked, to be copied into a form."""
    programme = load_programme(path)
    asked = questionnaire_named(programme, name)
    answered = {wave.value: _answered(programme, asked, wave) for wave in Wave}
    plain = {
        "questionnaire": QuestionnaireSchema().dump(asked),
        "all": list(questionnaires_of(programme)),
        "answered": {wave: count.to_dict() for wave, count in answered.items()},
    }
    answer(plain, lambda console: _show(asked, answered, console), as_json=as_json)


@questionnaire_command.verb("add")
@click.argument("file", type=click.Path(path_type=Path))
@programme_option
@json_option
def add_command(file: Path, path: Path, as_json: bool) -> None:
    """Take in a questionnaire of one's own, from a TOML file."""
    own = read_questionnaire(file)
    changed(path, lambda programme: add_questionnaire(programme, own))
    say(
        [f"Taken in: {own.id}. Statements: {len(own.items)}."],
        {"id": own.id, "items": len(own.items)},
        as_json=as_json,
        undo=undo_words(path),
    )


@questionnaire_command.verb("answers")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--wave", type=click.Choice([one.value for one in Wave]), required=True, help="When it was."
)
@questionnaire_option
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="STATEMENT=HEADING",
    help='Which column, for "id" or the id of a statement; "#3" is the third one. Nothing after = '
    "where it was not asked.",
)
@click.option(
    "--map-value",
    "values",
    multiple=True,
    metavar="ANSWER=NUMBER",
    help="What an answer means. Nothing after = drops the answer.",
)
@survey_options
@click.option(
    "--correct",
    is_flag=True,
    help="Replace other answers of more than 3 days ago, which may be in a report.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@programme_option
@at_option
@json_option
def answers_command(
    file: Path,
    path: Path,
    wave: str,
    name: str | None,
    maps: tuple[str, ...],
    values: tuple[str, ...],
    repeated: str | None,
    correct: bool,
    dry_run: bool,
    at: datetime | None,
    as_json: bool,
    **reading: Any,
) -> None:
    """Take the answers of a survey in, from a CSV file."""
    given = {name: value for name, value in reading.items() if value is not None}
    if repeated is not None:
        given["repeated"] = Repeated(repeated)
    mapping = AnswersMapping(columns=_columns(maps), values=_values(values), **given)
    programme = load_programme(path)
    asked = questionnaire_named(programme, name)
    sheet = read_answers(file, asked, mapping)
    unknown = tuple(one for one in sheet.answers if one not in programme.members)
    if len(unknown) == len(sheet.answers):
        raise AnswersFileError(file.name, [_nobody()])
    results: list[Taken] = []

    def change(programme: Programme) -> Programme:
        known = {one: said for one, said in sheet.answers.items() if one in programme.members}
        after, taken = take_answers(
            programme,
            asked,
            Wave(wave),
            known,
            now=now_of(at, programme),
            is_correction=correct,
        )
        results.append(taken)
        return after

    if dry_run:
        change(programme)
    else:
        changed(path, change)
    taken = results[0]
    plain = {
        "dry_run": dry_run,
        "questionnaire": asked.id,
        "wave": wave,
        "new": list(taken.new),
        "changed": list(taken.changed),
        "same": list(taken.same),
        "unknown": list(unknown),
        "repeated": list(sheet.repeated),
        "left_out": list(sheet.left_out),
    }
    say(
        list(_sentences(taken, unknown, sheet, dry_run=dry_run)),
        plain,
        as_json=as_json,
        undo=undo_words(path) if (taken.new or taken.changed) and not dry_run else (),
    )


def _columns(maps: Iterable[str]) -> dict[str, str]:
    found = {}
    for pair in maps:
        name, sign, heading = pair.partition("=")
        if not sign:
            raise MappingError(f'Write "{pair}" as STATEMENT=HEADING.', field=name)
        found[name.strip()] = heading.strip()
    return found


def _values(pairs: Iterable[str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for pair in pairs:
        said, sign, means = pair.rpartition("=")
        number = means.strip()
        if not sign or not said.strip() or not (number == "" or number.isdecimal()):
            raise MappingError(f'Write "{pair}" as ANSWER=NUMBER, such as "agree=4".', field=said)
        found[said] = int(number) if number else None
    return found


def _nobody() -> Problem:
    return Problem(
        line=1,
        column="id",
        expected="ids of people in the programme",
        found="none of them",
        is_literal=False,
    )


def _answered(programme: Programme, asked: Questionnaire, wave: Wave) -> Count:
    return size(
        sum(one.questionnaire == asked.id and one.wave is wave for one in programme.responses)
    )


def _sentences(
    taken: Taken,
    unknown: Sequence[str],
    sheet: AnswerSheet,
    *,
    dry_run: bool,
) -> Iterator[str]:
    if dry_run:
        yield "Nothing was changed. This is what would be taken in:"
    yield f"People with new answers: {len(taken.new)}."
    if taken.changed:
        yield f"With other answers than before: {len(taken.changed)} ({_listed(taken.changed)})."
    if taken.same:
        yield f"With the same answers as before: {len(taken.same)}."
    if unknown:
        yield f"Not in the programme, and left out: {len(unknown)} ({_listed(unknown)})."
    if sheet.repeated:
        yield f"Answered more than once: {_listed(sheet.repeated)}."
    if sheet.left_out:
        yield f"Columns left out: {_listed(sheet.left_out)}."


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_SHOWN
    return ", ".join(names[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _show(asked: Questionnaire, answered: Mapping[str, Count], console: Console) -> None:
    console.print(Text(asked.title, style="bold") + Text(f"  {asked.id}", style="dim"))
    console.print(Text("Answers: " + ", ".join(asked.labels)))
    for scale in asked.scales:
        console.print()
        console.print(Text(scale.title, style="bold") + Text(f"  {scale.construct}", style="dim"))
        for item in scale.items:
            console.print(bullet(Text(item.text) + Text(f"  {item.id}", style="dim")))
        source = " ".join(filter(None, (scale.source.citation, scale.source.url)))
        console.print(Text(f"After: {source}. {scale.source.note}", style="dim"))
    console.print()
    for wave, count in answered.items():
        shown = str(count.value) if count.value is not None else f"{count.low} to {count.high}"
        console.print(Text(f"Answers {wave}: {shown}."))
