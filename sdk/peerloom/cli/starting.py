"""``peerloom init`` and ``peerloom settings``: a programme begins, and what holds for all of it."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli import options
from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.programme_options import changed, command_words, programme_option, undo_words
from peerloom.formats.plan_files import read_plans
from peerloom.mentoring.health_plan import HealthPlan
from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.nudge_plan import NudgePlan
from peerloom.mentoring.schemas.nudges import NudgePlanSchema
from peerloom.policy import PRESETS
from peerloom.programmes.files import create_programme, load_programme
from peerloom.programmes.programme import Programme
from peerloom.programmes.schemas import HealthPlanSchema
from peerloom.programmes.settings import MOST_SILENCE, Settings
from peerloom.schemas import PolicySchema

_INIT = """Begin a programme: one file that holds everything of a course or community.

NAME is what people call it. The file is only for those who run the programme: it holds what members
say in private, too.

Examples:

\b
  peerloom init "Evening school"
  peerloom init "Bootcamp 12" --policy bootcamp --timezone Europe/Berlin
  peerloom init "Meetup" --policy policy.toml --programme meetup.json

The exit code is 0 when the file was made, 1 when there is one already or it cannot be written, 2
for a wrong option.
"""

_SETTINGS = """Show or change what holds for the whole programme.

Without options it shows the settings, and all that the policy says; each option changes one.

Examples:

\b
  peerloom settings
  peerloom settings --policy bootcamp --silence-days 2
  peerloom settings --plans plans.toml
  peerloom settings --help-link "Student counselling" https://help.example.edu

A file of plans names what shall be other than usual, in the words in which it is shown here; an
empty table makes all of it usual again:

\b
  [nudges]
  days_without_session = 5
  [health]
  no_goal_days = 21

The exit code is 0 when all went well, 1 when the file or a setting cannot be used, 2 for a wrong
option.
"""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8})*")
_policy_option = click.option(
    "--policy", "policy_name", metavar="PRESET_OR_FILE", help=f"{', '.join(PRESETS)}, or a file."
)


def _language(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no code of a language; an empty one is no choice."""
    if value and not _LANGUAGE.fullmatch(value):
        raise click.BadParameter(
            f'"{value}" is no code of a language: write it as "en" or "pt_BR".', context, parameter
        )
    return value


_language_option = click.option(
    "--language",
    metavar="CODE",
    callback=_language,
    help='Of what is sent, such as "en" or "pt_BR".',
)
_timezone_option = click.option(
    "--timezone",
    metavar="ZONE",
    help='On whose clock you read and write moments, such as "Europe/Berlin".  [default: UTC]',
)


@click.command("init", cls=Command, help=_INIT)
@click.argument("name")
@programme_option
@_policy_option
@_language_option
@_timezone_option
@click.option(
    "--private-seed",
    type=click.IntRange(min=0),
    help="Draws where nobody must see through the draw. Only for tests and examples.  "
    "[default: a number that nobody can guess]",
)
@json_option
def init_command(
    name: str,
    path: Path,
    policy_name: str | None,
    language: str | None,
    timezone: str | None,
    private_seed: int | None,
    as_json: bool,
) -> None:
    """Begin a programme."""
    programme = Programme(
        name=name,
        private_seed=secrets.randbits(64) if private_seed is None else private_seed,
        language=language or "",
        policy=options.policy_of(policy_name or "meetup"),
        settings=Settings(timezone=timezone or "UTC"),
    )
    create_programme(path, programme)
    say(
        [
            f'"{programme.name}" begins, in the file {click.format_filename(path)}. '
            f"The policy is {programme.policy.name}.",
        ],
        {"path": click.format_filename(path), **_plain(programme)},
        as_json=as_json,
        then=[command_words(path, "import", "members.csv")],
    )


@click.command("settings", cls=Command, help=_SETTINGS)
@programme_option
@click.option("--name", help="What people call the programme.")
@_policy_option
@_language_option
@_timezone_option
@click.option(
    "--silence-days",
    type=click.IntRange(0, MOST_SILENCE),
    help="After so many days silence goes along with what others said of a session.",
)
@click.option(
    "--plans",
    type=options.INPUT_FILE,
    metavar="FILE",
    help="A TOML file that says when people are nudged and groups need a look.",
)
@click.option(
    "--help-link",
    type=(str, str),
    metavar="NAME ADDRESS",
    help="Where your institution helps people who are not well.",
)
@json_option
def settings_command(
    path: Path,
    name: str | None,
    policy_name: str | None,
    language: str | None,
    timezone: str | None,
    silence_days: int | None,
    plans: Path | None,
    help_link: tuple[str, str] | None,
    as_json: bool,
) -> None:
    """Show or change what holds for the whole programme."""
    news: dict[str, Any] = {"name": name, "language": language}
    if policy_name is not None:
        news["policy"] = options.policy_of(policy_name)
    rules: dict[str, Any] = {"timezone": timezone, "silence_days": silence_days}
    if help_link is not None:
        rules["help_link"] = HelpLink(name=help_link[0], url=help_link[1])
    news, rules = (
        {key: value for key, value in some.items() if value is not None} for some in (news, rules)
    )

    def change(programme: Programme) -> Programme:
        renewed = replace(programme, **news)
        own: dict[str, Any] = {}
        if plans is not None:
            own = dict(read_plans(plans, rhythm=renewed.policy.rhythm))
        return replace(renewed, settings=replace(programme.settings, **rules, **own))

    is_change = bool(news or rules or plans)
    before, after = changed(path, change) if is_change else (load_programme(path),) * 2
    plain = _plain(after)
    was = _plain(before)
    sentences = [
        f"{key.replace('_', ' ').capitalize()}: {_shown(value)}"
        + (f" (was {_shown(was[key])})." if was[key] != value else ".")
        for key, value in plain.items()
    ]
    said = {"rules": PolicySchema().dump(after.policy), **_plans(after)}

    def show(console: Console) -> None:
        _show_values("What the policy says:", said["rules"], console)
        _show_values("When people are nudged:", said["nudges"], console)
        _show_values("When groups need a look:", said["health"], console)

    undo = undo_words(path) if before != after else []
    say(sentences, {**plain, **said}, as_json=as_json, undo=undo, body=show)


def _plans(programme: Programme) -> dict[str, dict[str, Any]]:
    """Give the plans that are in use: the programme's own, or those that suit its rhythm."""
    rhythm, settings = programme.policy.rhythm, programme.settings
    return {
        "nudges": NudgePlanSchema().dump(settings.nudges or NudgePlan.for_rhythm(rhythm)),
        "health": HealthPlanSchema().dump(settings.health or HealthPlan.for_rhythm(rhythm)),
    }


def _show_values(title: str, values: dict[str, Any], console: Console) -> None:
    console.print(title)
    for key, value in values.items():
        if value and key not in {"name", "description"}:
            line = Text(f"  {key} = {json.dumps(value, ensure_ascii=False)}")
            console.print(line, soft_wrap=True)


def _plain(programme: Programme) -> dict[str, Any]:
    link = programme.settings.help_link
    return {
        "name": programme.name,
        "policy": programme.policy.name,
        "language": programme.language,
        "timezone": programme.settings.timezone,
        "silence_days": programme.settings.silence_days,
        "help_link": None if link is None else {"name": link.name, "url": link.url},
    }


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(value.values())
    return "none" if value in (None, "") else str(value)
