"""``peerloom import``: people and their answers, from the export of any survey."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.import_telling import Import, import_hint, plain_import, sentences, show_read
from peerloom.cli.programme_options import (
    at_option,
    changed,
    command_words,
    now_of,
    programme_option,
    undo_words,
)
from peerloom.cli.survey_options import survey_options
from peerloom.errors import MembersFileError
from peerloom.formats.survey_csv import Answer, Survey, differences, read_survey
from peerloom.formats.survey_mapping import Repeated, SurveyMapping, mapping_of, read_mapping
from peerloom.members import Member
from peerloom.policy import Policy
from peerloom.programmes.files import load_programme
from peerloom.programmes.membership import come_back, join
from peerloom.programmes.participants import MemberState
from peerloom.programmes.programme import Programme

_HELP = """Take people and their answers into the programme, from a CSV file of any survey.

A column with the name of a field is found by itself: id, name, email, level (1 to 5), teach, learn,
topics, challenges, goals, languages, formats, experience, section, timezone, availability, paused,
blocked. Any other heading is mapped to a field with --map, and what its answers mean is said with
--map-value. Columns that nobody asked for are left out.

People are told apart by their id, and by nothing else. Who is new joins, also later on; who is
known gets the new answers, and keeps all that the file does not say. Who pauses sits out while
"paused" says yes, and is back where it says no. Nobody leaves by missing here. Who has left stays
away, even if an old list has them, until --bring-back says otherwise.

Look first: --dry-run shows which column was read as what, and what would change.

Examples:

\b
  peerloom import members.csv
  peerloom import survey.csv --dry-run --map id="Student number" \\
      --map level="How long do you code?" \\
      --map-value level "< 1 year"=1 --map-value level "1 to 3 years"=3
  peerloom import survey.csv --map "availability:Mon=Free? [Monday]" \\
      --map-value availability Evening=18:00-22:00 --separator ", "
  peerloom import survey.csv --mapping survey.toml --repeated last

A mapping file holds the same, for the next time; also keep, delimiter, encoding, skip, repeated:

\b
  separator = ","
  [columns]
  id = "Student number"
  teach = ["First language", "Second language"]
  [values.level]
  "< 1 year" = 1

The exit code is 0 when all went well, 1 when a file or an answer cannot be used, 2 for a wrong
option. When anything is wrong, the programme stays as it was.
"""


@click.command("import", cls=Command, help=_HELP)
@click.argument("file", type=click.Path(path_type=Path))
@programme_option
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=HEADING",
    help='Which column says what; "#3" is the third one. Also protected:NAME, column:NAME and '
    "availability:Mon.",
)
@click.option(
    "--map-value",
    "values",
    type=(str, str),
    multiple=True,
    metavar="FIELD ANSWER=MEANING",
    help="What an answer means, for a field or a heading. Nothing after = drops the answer.",
)
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file with columns and values; what is said here comes on top of it.",
)
@click.option(
    "--keep", multiple=True, metavar="HEADING", help="A column to keep as it is, for a policy."
)
@click.option("--separator", help="Between the choices of one answer.  [default: ;]")
@survey_options
@click.option(
    "--bring-back", is_flag=True, help="Let those in the file who had left take part again."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@at_option
@json_option
def import_command(
    file: Path,
    path: Path,
    maps: tuple[str, ...],
    values: tuple[tuple[str, str], ...],
    mapping_file: Path | None,
    keep: tuple[str, ...],
    bring_back: bool,
    dry_run: bool,
    at: datetime | None,
    as_json: bool,
    repeated: str | None,
    **reading: Any,
) -> None:
    """Take people and their answers into the programme."""
    given = {name: value for name, value in reading.items() if value is not None}
    if repeated is not None:
        given["repeated"] = Repeated(repeated)
    mapping = mapping_of(maps, values, keep=keep, **given)
    if mapping_file is not None:
        mapping = mapping.over(read_mapping(mapping_file))
    programme = load_programme(path)
    survey = _read(file, _with_columns_of(programme.policy, mapping))
    results: list[Import] = []

    def change(programme: Programme) -> Programme:
        now = now_of(at, programme)
        results.append(_import(programme, survey, bring_back=bring_back, now=now))
        return results[0].after

    if dry_run:
        change(programme)
    else:
        changed(path, change)
    result = results[0]
    is_change = result.before != result.after
    repeat = command_words(path, "repair")
    say(
        list(sentences(result, dry_run=dry_run)),
        {"dry_run": dry_run, **plain_import(result)},
        as_json=as_json,
        undo=undo_words(path) if is_change and not dry_run else (),
        then=[repeat if result.before.current_round else command_words(path, "pair")]
        if result.without_group and not dry_run
        else (),
        body=(lambda console: show_read(survey, console)) if dry_run else None,
    )


def _read(file: Path, mapping: SurveyMapping) -> Survey:
    """Read the answers; what is wrong comes with the words that help on the command line."""
    try:
        return read_survey(file, mapping)
    except MembersFileError as error:
        if hint := import_hint(error, mapping):
            error.add_note(hint)
        raise


def _with_columns_of(policy: Policy, mapping: SurveyMapping) -> SurveyMapping:
    """Keep the columns that the policy counts, where they are there."""
    wanted = {*(one.column for one in policy.columns), *policy.same, *policy.different}
    return replace(mapping, counted=tuple(sorted(wanted)))


def _import(programme: Programme, survey: Survey, *, bring_back: bool, now: datetime) -> Import:
    left = {one.id for one in programme.members if one.state is MemberState.LEFT}
    answers = [one for one in survey.answers if bring_back or one.member.id not in left]
    people = [_person(programme, answer) for answer in answers]
    after, joining = join(programme, people, now=now)
    back = [
        answer.member.id
        for answer in answers
        if "is_paused" in answer.told
        and not answer.member.is_paused
        and after.members[answer.member.id].state is MemberState.PAUSED
    ]
    for one in back:
        after = come_back(after, one, now=now)
    changed = tuple(one for one in joining.changed if one not in back)
    joining = replace(joining, changed=changed, returned=(*joining.returned, *back))
    fields = {
        one: differences(programme.members[one].profile, after.members[one].profile)
        for one in (*joining.changed, *joining.returned)
    }
    away = tuple(one.member.id for one in survey.answers if one not in answers)
    return Import(
        survey=survey, before=programme, after=after, joining=joining, fields=fields, away=away
    )


def _person(programme: Programme, answer: Answer) -> Member:
    known = programme.members.get(answer.member.id)
    if known is not None:
        # A survey that does not ask says nothing about who pauses.
        is_paused = "is_paused" in answer.told and answer.member.is_paused
        return replace(answer.onto(known.profile), is_paused=is_paused)
    if "timezone" in answer.told:
        return answer.member
    return replace(answer.member, timezone=programme.settings.timezone)
