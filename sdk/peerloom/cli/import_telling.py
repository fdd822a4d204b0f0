"""What ``peerloom import`` says: what it read, who comes, who changes, and what looks odd."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from peerloom.availability import Availability
from peerloom.cli.people import person
from peerloom.cli.scenes import row, table
from peerloom.errors import MembersFileError, Problem
from peerloom.formats.members_csv import LISTS, PROTECTED
from peerloom.formats.survey_csv import Survey
from peerloom.formats.survey_mapping import AVAILABILITY, OWN, SurveyMapping
from peerloom.members import Member
from peerloom.programmes.membership import Joining
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import without_group

MOST_SHOWN = 20
MOST_EXAMPLES = 4
# What stands between choices in the exports of forms, the usual one first.
_SEPARATORS = (", ", ";", "|", "\n", ",")
# If so many of the answers hold a sign that parts nothing, it was probably meant to part them.
_OFTEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What an import does.

    Parameters
    ----------
    survey
        What was read.
    before, after
        The programme.
    joining
        Who joins, is back, or has other answers.
    fields
        For each id of somebody known, the fields that change; see `differences`.
    away
        Ids of people in the file who had left, and stay away.
    """

    survey: Survey
    before: Programme
    after: Programme
    joining: Joining
    fields: Mapping[str, Mapping[str, Any]]
    away: tuple[str, ...]

    @property
    def without_group(self) -> tuple[str, ...]:
        """Ids of everybody who would be in no group."""
        return without_group(self.after)

    @property
    def renamed(self) -> tuple[tuple[str, str, str], ...]:
        """Ids whose name has no word in common with the one before, with both names."""
        return tuple(
            (one, was, now)
            for one, fields in self.fields.items()
            for was, now in [fields.get("name", ("", ""))]
            if was and now and not _words(was) & _words(now)
        )

    @property
    def alike(self) -> tuple[tuple[str, str], ...]:
        """New ids that differ from a known one in nothing but capitals, with that one."""
        known = {one.id.casefold(): one.id for one in self.before.members}
        return tuple(
            (one, known[one.casefold()]) for one in self.joining.joined if one.casefold() in known
        )


def sentences(result: Import, *, dry_run: bool) -> Iterator[str]:
    """Say what an import does, and what to look at."""
    joining, after, survey = result.joining, result.after, result.survey
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
    if result.away:
        yield (
            f"Had left, and stay away: {len(result.away)} ({_listed(_names(after, result.away))}). "
            "With --bring-back they take part again."
        )
    news = (*joining.joined, *joining.returned, *joining.changed)
    same = len(survey.answers) - len(news) - len(result.away)
    if same and not news:
        yield "Everything in the file is known already."
    elif same:
        yield f"Known already, with the same answers: {same}."
    if joining.missing:
        yield (
            f"In the programme, and not in the file: {len(joining.missing)} "
            f"({_listed(_names(after, joining.missing))}). They stay."
        )
    yield from _odd(result)
    if survey.left_out:
        yield f"Columns left out: {_listed([_quoted(one) for one in survey.left_out])}."
    if result.without_group and result.before.current_round:
        yield f"In no group yet: {_listed(_names(after, result.without_group))}."


def _odd(result: Import) -> Iterator[str]:
    """Say what is possible, and often a slip."""
    survey = result.survey
    if survey.repeated:
        yield f"Answered more than once: {_listed(survey.repeated)}."
    for one, other in result.alike[:MOST_SHOWN]:
        yield f'Is "{one}" the same person as "{other}"? Here they are two.'
    for one, was, now in result.renamed[:MOST_SHOWN]:
        yield f'Is "{one}" still the same person? The name was "{was}" and is "{now}".'
    if result.renamed:
        yield "(The number of an answer is no id: in the next form it is somebody else's.)"
    if any("@" in one for one in result.joining.joined):
        yield (
            "Some ids are e-mail addresses: they change, and where somebody has no name others "
            "see the id. A number or a handle is better."
        )
    for name, sign in unparted(survey):
        heading = next(one for field, one in survey.columns if field == name)
        shown = {"\n": "a new line"}.get(sign, f'"{sign}"')
        option = shlex.join(["--separator", sign])
        yield (
            f"Many answers to {_quoted(heading)} hold {shown}, and each counts as one choice: say "
            f"{option} if people could choose several."
        )


def unparted(survey: Survey) -> Iterator[tuple[str, str]]:
    """Find lists in which a sign stands in many answers and has parted none of them.

    Yields
    ------
    field, sign : str, str
    """
    for name in LISTS:
        said = [getattr(one.member, name) for one in survey.answers if name in one.told]
        if name == "blocked" or not said or max(map(len, said)) > 1:
            continue
        items = [one[0] for one in said if one]
        for sign in _SEPARATORS:
            if _OFTEN * sum(sign in item for item in items) > len(items):
                yield name, sign
                break


def plain_import(result: Import) -> dict[str, Any]:
    """Give what an import does as plain data."""
    joining, survey = result.joining, result.survey
    return {
        "joined": list(joining.joined),
        "returned": list(joining.returned),
        "changed": [{"id": one, "fields": sorted(result.fields[one])} for one in joining.changed],
        "away": list(result.away),
        "missing": list(joining.missing),
        "repeated": list(survey.repeated),
        "renamed": [one for one, _, _ in result.renamed],
        "read": [{"field": field, "heading": heading} for field, heading in survey.columns],
        "left_out": list(survey.left_out),
        "without_group": list(result.without_group),
    }


def show_read(survey: Survey, console: Console) -> None:
    """Show which column was read as what, with the answers that came most often."""
    made = table("Column", "Read as", "Answers", "Such as")
    made.columns[2].justify = "right"
    headings: dict[str, list[str]] = {}
    for field, heading in survey.columns:
        headings.setdefault(_field_of_member(field), []).append(heading)
    for field, own in headings.items():
        said = [_said(one.member, field) for one in survey.answers]
        count = sum(map(bool, said))
        row(made, "\n".join(map(_short, own)), field, count, _examples(field, said))
    console.print(made)


def import_hint(error: MembersFileError, mapping: SurveyMapping) -> str | None:
    """Give the option that helps with the first problem for which there is one."""
    return next(filter(None, (_hint(problem, mapping) for problem in error.problems)), None)


def _hint(problem: Problem, mapping: SurveyMapping) -> str | None:
    if problem.found == "another encoding" and not mapping.encoding:
        return "Many spreadsheets save another one: try --encoding windows-1252"
    if problem.line == 1 and problem.column == "id" and "id" not in mapping.columns:
        return "Say which column tells people apart: --map id=HEADING"
    if (problem.line or 1) == 1 or not problem.is_literal or not problem.found:
        return None
    heading = problem.column or ""
    fields = {one.casefold(): field for field, own in mapping.columns.items() for one in own}
    field = fields.get(heading.casefold())
    if field is None:
        return None
    start, colon, _ = field.partition(":")
    times = {"availability": "Mon-Fri 18:00-20:00", AVAILABILITY: "18:00-20:00"}
    meaning = times.get(start + colon, "MEANING")
    name = start if start == "availability" else field
    option = shlex.join(["--map-value", name, f"{problem.found}={meaning}"])
    return f"Say what such answers mean: {option}"


def _said(member: Member, field: str) -> list[str]:
    """Give what somebody said for a field, each choice by itself."""
    start, _, rest = field.partition(":")
    if f"{start}:" == OWN:
        return list(filter(None, [member.columns.get(rest.strip(), "")]))
    if f"{start}:" == PROTECTED:
        return list(filter(None, [member.protected.get(rest.strip(), "")]))
    value = getattr(member, {"paused": "is_paused"}.get(start, start))
    if start in LISTS:
        return list(value)
    if isinstance(value, bool):
        return ["yes"] if value else []
    return [str(value)] if value not in (None, "") and str(value) else []


def _field_of_member(field: str) -> str:
    return "availability" if field.startswith(AVAILABILITY) else field


def _examples(field: str, said: Iterable[Sequence[str]]) -> str:
    if field == "blocked" or field.startswith(PROTECTED):
        return "(private)"
    counted = Counter(item for items in said for item in items)
    if field in LISTS or field in {"level", "timezone", "section", "experience", "paused"}:
        common = counted.most_common(MOST_EXAMPLES)
        more = f" and {len(counted) - len(common)} more" if len(counted) > len(common) else ""
        return ", ".join(f"{_short(item)} ({count})" for item, count in common) + more
    return _short(next(iter(counted), ""))


def _names(programme: Programme, ids: Sequence[str]) -> list[str]:
    return [person(programme.members[one].profile) for one in ids]


def _words(name: str) -> set[str]:
    return set(name.casefold().replace(".", " ").replace("-", " ").split())


def _changes(fields: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {was} → {now}" if _is_short(was) and _is_short(now) else name
        for name, (was, now) in fields.items()
    )


def _is_short(value: Any) -> bool:
    return isinstance(value, (int, str, Availability)) and 0 < len(str(value)) <= 30


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_SHOWN
    return ", ".join(names[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _short(text: str) -> str:
    """Give a text on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def _quoted(heading: str) -> str:
    return f'"{_short(heading)}"'
