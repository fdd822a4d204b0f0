"""``peerloom import``: people and their answers, from the export of any survey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from peerloom.availability import Availability
from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.people import person
from peerloom.cli.programme_options import (
    at_option,
    changed,
    command_words,
    now_of,
    programme_option,
    undo_words,
)
from peerloom.formats.survey_csv import Answer, Survey, differences, read_survey
from peerloom.formats.survey_mapping import Repeated, SurveyMapping, mapping_of, read_mapping
from peerloom.members import Member
from peerloom.policy import Policy
from peerloom.programmes.files import load_programme
from peerloom.programmes.membership import Joining, come_back, join
from peerloom.programmes.participants import MemberState
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import without_group

MOST_SHOWN = 20

_HELP = """Take people and their answers into the programme, from a CSV file of any survey.

A column with the name of a field is found by itself: id, name, email, level (1 to 5), teach, learn,
topics, challenges, goals, languages, formats, experience, section, timezone, availability, paused,
blocked. Any other heading is mapped to a field with --map, and what its answers mean is said with
--map-value. Columns that nobody asked for are left out.

People are told apart by their id, and by nothing else. Who is new joins, also later on; who is
known gets the new answers, and keeps all that the file does not say. Who pauses sits out while
"paused" says yes, and is back where it says no. Nobody leaves by missing here.

Examples:

\b
  peerloom import members.csv
  peerloom import survey.csv --dry-run --map id="Student number" \\
      --map level="How long do you code?" \\
      --map-value level "< 1 year"=1 --map-value level "1 to 3 years"=3
  peerloom import survey.csv --map "availability:Mon=Free? [Monday]" \\
      --map-value availability Evening=18:00-22:00 --separator ", "
  peerloom import survey.csv --mapping survey.toml --repeated last

A mapping file holds the same, for the next time:

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
@click.option("--delimiter", help="Between cells.  [default: found out]")
@click.option("--encoding", help="Of the file, such as windows-1252.  [default: UTF-8]")
@click.option(
    "--skip", type=click.IntRange(min=0), help="So many lines below the header are no answers."
)
@click.option(
    "--repeated",
    type=click.Choice([one.value for one in Repeated]),
    help="Which answer counts of somebody who answered more than once.  [default: refuse]",
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
    survey = read_survey(file, _with_columns_of(programme.policy, mapping))
    results: list[_Import] = []

    def change(programme: Programme) -> Programme:
        results.append(_import(programme, survey, now=now_of(at, programme)))
        return results[0].after

    if dry_run:
        change(programme)
    else:
        changed(path, change)
    result = results[0]
    is_change = result.before != result.after
    repeat = command_words(path, "repair")
    say(
        list(_sentences(result, survey, dry_run)),
        {"dry_run": dry_run, **_plain(result, survey)},
        as_json=as_json,
        undo=undo_words(path) if is_change and not dry_run else (),
        then=[repeat if result.before.current_round else command_words(path, "pair")]
        if result.without_group and not dry_run
        else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Import:
    """What an import does. `fields` are those that change, by id; see `differences`."""

    before: Programme
    after: Programme
    joining: Joining
    fields: dict[str, Any]
    alike: tuple[tuple[str, str], ...]

    @property
    def without_group(self) -> tuple[str, ...]:
        """Ids of everybody who would be in no group."""
        return without_group(self.after)


def _with_columns_of(policy: Policy, mapping: SurveyMapping) -> SurveyMapping:
    """Keep the columns that the policy counts, where they are there."""
    wanted = {*(one.column for one in policy.columns), *policy.same, *policy.different}
    return replace(mapping, counted=tuple(sorted(wanted)))


def _import(programme: Programme, survey: Survey, *, now: datetime) -> _Import:
    people = [_person(programme, answer) for answer in survey.answers]
    after, joining = join(programme, people, now=now)
    back = [
        answer.member.id
        for answer in survey.answers
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
    known = {one.id.casefold(): one.id for one in programme.members}
    alike = tuple((one, known[one.casefold()]) for one in joining.joined if one.casefold() in known)
    return _Import(before=programme, after=after, joining=joining, fields=fields, alike=alike)


def _person(programme: Programme, answer: Answer) -> Member:
    known = programme.members.get(answer.member.id)
    if known is not None:
        # A survey that does not ask says nothing about who pauses.
        is_paused = "is_paused" in answer.told and answer.member.is_paused
        return replace(answer.onto(known.profile), is_paused=is_paused)
    if "timezone" in answer.told:
        return answer.member
    return replace(answer.member, timezone=programme.settings.timezone)


def _sentences(result: _Import, survey: Survey, dry_run: bool) -> Iterator[str]:
    joining, after = result.joining, result.after
    if dry_run:
        yield "Nothing was changed. This is what the import would do:"
    for words, ids in (("New", joining.joined), ("Back again", joining.returned)):
        if ids:
            yield f"{words}: {len(ids)} ({_listed(_names(after, ids))})."
    if joining.changed:
        yield f"New answers: {len(joining.changed)}."
        for one in joining.changed[:MOST_SHOWN]:
            yield f"  {person(after.members[one].profile)}: {_changes(result.fields[one])}."
        if len(joining.changed) > MOST_SHOWN:
            yield f"  And {len(joining.changed) - MOST_SHOWN} more people."
    news = (*joining.joined, *joining.returned, *joining.changed)
    if not news:
        yield "Everything in the file is known already."
    same = len(survey.answers) - len(news)
    if same and same < len(survey.answers):
        yield f"Known already, with the same answers: {same}."
    if joining.missing:
        yield (
            f"In the programme, and not in the file: {len(joining.missing)} "
            f"({_listed(_names(after, joining.missing))}). They stay."
        )
    if survey.repeated:
        yield f"Answered more than once: {_listed(survey.repeated)}."
    for one, other in result.alike:
        yield f'Is "{one}" the same person as "{other}"? Here they are two.'
    if survey.left_out:
        yield f"Columns left out: {_listed([_quoted(one) for one in survey.left_out])}."
    if result.without_group and result.before.current_round:
        yield f"In no group yet: {_listed(_names(after, result.without_group))}."


def _plain(result: _Import, survey: Survey) -> dict[str, Any]:
    joining = result.joining
    return {
        "joined": list(joining.joined),
        "returned": list(joining.returned),
        "changed": [{"id": one, "fields": sorted(result.fields[one])} for one in joining.changed],
        "missing": list(joining.missing),
        "repeated": list(survey.repeated),
        "left_out": list(survey.left_out),
        "without_group": list(result.without_group),
    }


def _names(programme: Programme, ids: Sequence[str]) -> list[str]:
    return [person(programme.members[one].profile) for one in ids]


def _changes(fields: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {was} → {now}" if _is_short(was) and _is_short(now) else name
        for name, (was, now) in fields.items()
    )


def _is_short(value: Any) -> bool:
    return isinstance(value, (int, str, Availability)) and 0 < len(str(value)) <= 30


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_SHOWN
    return ", ".join(names[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _quoted(heading: str) -> str:
    """Give a heading in quotes, on one line and not too long."""
    return f'"{heading if len(heading) <= 60 else heading[:59] + "…"}"'
