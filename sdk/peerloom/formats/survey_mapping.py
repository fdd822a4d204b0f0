"""How the answers of somebody's survey become what Peerloom knows of a member."""

from __future__ import annotations

import enum
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import RAISE, ValidationError, fields, post_load

from peerloom.availability import DAYS
from peerloom.criteria import key
from peerloom.errors import FileError, PeerloomError, Problem
from peerloom.fields import always
from peerloom.formats.members_csv import COLUMNS, PROTECTED
from peerloom.formats.tables import read_text
from peerloom.policy import meant
from peerloom.schemas import OwnSchema, problems_by_key

OWN = "column:"
"""Starts the name of a column that is kept under a name of one's own, such as ``column:city``."""
AVAILABILITY = "availability:"
"""Starts the name of the times of one day, such as ``availability:Mon``."""
MOST_SKIPPED = 1_000_000


class MappingError(PeerloomError):
    """A mapping that cannot be used; `field` names what it is about."""

    code = "mapping_invalid"

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence, detail=f"{self.code}: a mapping of columns or values")
        self.field = field


class MappingFileError(FileError):
    """A mapping file that cannot be used."""

    code = "mapping_file_invalid"


class Repeated(enum.StrEnum):
    """Which answer counts of somebody who answered more than once."""

    REFUSE = "refuse"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyMapping:
    """Where a survey says what, and what its words mean.

    Parameters
    ----------
    columns
        For each field of a member, the headings of its columns. A list of words may be spread over
        several columns, any other field has one. A heading is found in any capitalization;
        ``#3`` is the third column. Beside the fields of a members file there are
        ``protected:NAME``, ``column:NAME`` for a column that a policy names, and
        ``availability:Mon`` to ``availability:Sun`` for times without their day. A field that is
        not named here is taken from a column that has its name.
    values
        For a field or a heading, what its answers mean. What is given for a heading comes first.
        An empty text means that nothing is known.
    keep
        Headings of columns that are kept as they are. All others are left out: a survey often
        holds addresses and times that nobody needs.
    counted
        Names of columns that a policy counts: kept where they are there.
    separator
        What stands between the choices of one answer.
    delimiter
        What stands between cells; empty to find out.
    encoding
        Of the file; empty for UTF-8, or UTF-16 where the file says so.
    skip
        So many lines below the header are no answers.
    repeated
        Which answer of the same person counts.

    Raises
    ------
    MappingError
        For a field that there is not, or a column that is given for two fields.

    Examples
    --------
    >>> mapping = SurveyMapping(
    ...     columns={"level": ("How long do you code?",)},
    ...     values={"level": {"< 1 year": "1"}},
    ... )
    >>> mapping.meaning("level", "How long do you code?", " < 1  Year")
    '1'
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    keep: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    separator: str = ";"
    delimiter: str = ""
    encoding: str = ""
    skip: int = 0
    repeated: Repeated = Repeated.REFUSE

    def __post_init__(self) -> None:
        for name in self.columns:
            _check_field(name)
        for name, said in (("separator", self.separator), ("delimiter", self.delimiter or ",")):
            if not said or (name == "delimiter" and (len(said) != 1 or said in '\r\n"')):
                raise MappingError(f'"{name}" needs a sign such as "," or ";".', field=name)
        if not 0 <= self.skip <= MOST_SKIPPED:
            expected = f"a number of lines from 0 to {MOST_SKIPPED}"
            raise MappingError(f'"skip" needs {expected}.', field="skip")
        try:
            "".encode(self.encoding or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            raise MappingError(
                f'There is no encoding "{self.encoding}": try "utf-8" or "windows-1252".',
                field="encoding",
            ) from None
        tidy = {
            name: {key(said): means.strip() for said, means in values.items()}
            for name, values in self.values.items()
        }
        object.__setattr__(self, "values", {key(name): said for name, said in tidy.items()})

    def meaning(self, name: str, heading: str, said: str) -> str | None:
        """Give what an answer means; None where nothing is said about it."""
        for meanings in self._meanings(name, heading):
            if key(said) in meanings:
                return meanings[key(said)]
        return None

    def has_meanings(self, name: str, heading: str) -> bool:
        """Whether anything is said about what the answers of a column mean."""
        return any(self._meanings(name, heading))

    def longest(self, name: str, heading: str) -> int:
        """Give how many pieces the longest answer has that means something of its own."""
        return max(
            (
                said.count(self.separator) + 1
                for meanings in self._meanings(name, heading)
                for said in meanings
            ),
            default=1,
        )

    def _meanings(self, name: str, heading: str) -> list[Mapping[str, str]]:
        """Give what is said for a heading, then for a field: ``availability`` is for all days."""
        places = (heading, name, name.partition(":")[0])
        return [self.values.get(key(place), {}) for place in places]

    def over(self, below: SurveyMapping) -> SurveyMapping:
        """Give this mapping on top of another one: what is said here replaces what is said there.

        Options of reading are taken from here where they are not as they always are.
        """
        plain = SurveyMapping()
        options: dict[str, Any] = {
            name: mine
            if (mine := getattr(self, name)) != getattr(plain, name)
            else getattr(below, name)
            for name in ("separator", "delimiter", "encoding", "skip", "repeated")
        }
        names = {*below.values, *self.values}
        return SurveyMapping(
            columns={**below.columns, **self.columns},
            values={
                name: {**below.values.get(name, {}), **self.values.get(name, {})}
                for name in sorted(names)
            },
            keep=tuple(dict.fromkeys((*below.keep, *self.keep))),
            **options,
        )


def read_mapping(path: str | os.PathLike[str]) -> SurveyMapping:
    """Read a mapping file.

    It is TOML: a table ``columns`` with a heading, or a list of them, for each field; tables such
    as ``values.level`` with what answers mean; and ``keep``, ``separator``, ``delimiter``,
    ``encoding``, ``skip`` and ``repeated`` above them.

    Raises
    ------
    MappingFileError
        With every problem of the file at once.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise MappingFileError(file.name, [text])
    try:
        data: Any = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problem = Problem(expected="TOML", found=str(error), is_literal=False)
        raise MappingFileError(file.name, [problem]) from None
    try:
        mapping: SurveyMapping = _MappingSchema().load(data)
    except ValidationError as error:
        problems = problems_by_key(error, lambda name: _found(data, name))
        raise MappingFileError(file.name, problems) from None
    return mapping


def _check_field(name: str) -> None:
    start, colon, rest = name.partition(":")
    if name in COLUMNS:
        return
    if colon and f"{start}:" in (PROTECTED, OWN) and rest.strip():
        return
    if f"{start}:" == AVAILABILITY and rest in DAYS:
        return
    hint = meant(name, COLUMNS)
    raise MappingError(
        f'There is no field "{name}"{hint}: choose one of {", ".join(COLUMNS)}, or '
        f"{AVAILABILITY}Mon and so on, {PROTECTED}NAME, {OWN}NAME.",
        field=name,
    )


def _found(data: Mapping[str, Any], name: str) -> str:
    return str(data[name]) if name in data else "nothing"


_TEXT = always("expected text")
_HEADINGS = "expected a heading, or a list of headings, for each field"
_MEANINGS = "expected what answers mean, for each field"


class _Headings(fields.Field[tuple[str, ...]]):
    """A heading, or a list of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
            raise ValidationError(_HEADINGS)
        return tuple(several)


class _Meaning(fields.Field[str]):
    """Text, a number, or true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if not isinstance(value, str | int | float):
            raise ValidationError(_MEANINGS)
        return str(value)


class _MappingSchema(OwnSchema):
    class Meta:
        unknown = RAISE

    columns = fields.Dict(
        keys=fields.String(), values=_Headings(), error_messages=always(_HEADINGS)
    )
    values = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(
            keys=fields.String(), values=_Meaning(), error_messages=always(_MEANINGS)
        ),
        error_messages=always(_MEANINGS),
    )
    keep = _Headings()
    separator = fields.String(error_messages=_TEXT)
    delimiter = fields.String(error_messages=_TEXT)
    encoding = fields.String(error_messages=_TEXT)
    skip = fields.Integer(strict=True, error_messages=always("expected a number of lines"))
    repeated = fields.Enum(
        Repeated,
        by_value=True,
        error_messages=always(f"expected one of {', '.join(Repeated)}"),
    )

    @post_load
    def _mapping(self, data: dict[str, Any], **options: Any) -> SurveyMapping:
        try:
            return SurveyMapping(**data)
        except MappingError as error:
            name = error.field if error.field in self.fields else "columns"
            raise ValidationError(f"expected another mapping: {error.sentence}", name) from None


def mapping_of(
    columns: Iterable[str], values: Iterable[tuple[str, str]], **options: Any
) -> SurveyMapping:
    """Make a mapping of what somebody writes on a command line.

    Parameters
    ----------
    columns
        Each ``FIELD=HEADING``; the same field more than once for several columns.
    values
        Each a field or heading, and ``ANSWER=MEANING``, parted at the last ``=``.
    **options
        As for `SurveyMapping`.

    Raises
    ------
    MappingError
        For a word without its ``=``, or as `SurveyMapping` does.

    Examples
    --------
    >>> mapping_of(["level=How long?"], [("level", "<= 1 year=1")]).values
    {'level': {'<= 1 year': '1'}}
    """
    by_field: dict[str, tuple[str, ...]] = {}
    for pair in columns:
        name, sign, heading = pair.partition("=")
        if not sign or not heading.strip():
            raise MappingError(f'Write "{pair}" as FIELD=HEADING.', field=name)
        by_field[name.strip()] = (*by_field.get(name.strip(), ()), heading.strip())
    meanings: dict[str, dict[str, str]] = {}
    for name, pair in values:
        said, sign, means = pair.rpartition("=")
        if not sign or not said.strip():
            raise MappingError(f'Write "{pair}" as ANSWER=MEANING.', field=name)
        meanings.setdefault(name, {})[said] = means
    return SurveyMapping(columns=by_field, values=meanings, **options)
