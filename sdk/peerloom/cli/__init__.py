"""The command line: ``peerloom pair members.csv``, ``peerloom import answers.csv``."""

from __future__ import annotations

from importlib.metadata import version

import click

from peerloom.cli.lazily import LazyGroup
from peerloom.pairing import engine
from peerloom.pairing.errors import EngineError

# Each command, where it is and what it is for, in the order in which an organizer meets them. A
# module is imported only when its command runs.
SECTIONS = {
    "Begin": {
        "init": ("starting:init_command", "Begin a programme."),
        "settings": ("starting:settings_command", "Show or change what holds for all of it."),
        "import": ("importing:import_command", "Take people and answers from any survey."),
    },
    "Rounds": {
        "pair": ("pairing:pair_command", "Pair everybody, with reasons and a certificate."),
        "rotate": ("rotating:rotate_command", "Plan all rounds of a season at once."),
        "repair": ("repairing:repair_command", "Change few groups after people came or left."),
        "explain": ("explaining:explain_command", "Say why groups are groups, and what if."),
        "publish": ("publishing:publish_command", "Tell everybody their group: publish the draft."),
        "ask": ("asking:ask_command", "Ask somebody to be partners, as a member."),
    },
    "People": {
        "members": ("membership:members_command", "List who is in the programme."),
        "join": ("membership:join_command", "Take one person in."),
        "pause": ("membership:pause_command", "Let somebody sit out."),
        "come-back": ("membership:come_back_command", "Let somebody take part again."),
        "leave": ("membership:leave_command", "Let somebody leave; their history stays."),
        "erase": ("erasing:erase_command", "Erase a person, for good."),
    },
    "What groups do": {
        "agreement": ("agreements:agreement_command", "What a group settles, signed by all."),
        "session": ("sessions:session_command", "Find a time, meet, and say how it was."),
        "agenda": ("agendas:agenda_command", "Plan what a group does in its next session."),
        "activities": ("activities:activities_command", "Scripts for a session, and your own."),
        "goals": ("goals:goals_command", "Goals of members and groups."),
        "checkin": ("checkins:checkin_command", "The good, the bad and an idea."),
        "switch": ("switching:switch_command", "Ask for another group, without fault."),
        "farewell": ("farewells:farewell_command", "A kind end, with thanks and luggage."),
        "resources": ("resources:resources_command", "Links, notes, contacts and tools."),
        "calendar": ("calendars:calendar_command", "Sessions as an iCalendar file."),
    },
    "For those who run it": {
        "questionnaire": ("answering:questionnaire_command", "Ask before and after, what changed."),
        "health": ("health:health_command", "How groups are doing, and what would help."),
        "nudges": ("nudging:nudges_command", "Who is reminded or cheered now, and what followed."),
        "report": ("reporting:report_command", "Show the programme at a glance, or write a page."),
        "export": ("exporting:export_command", "Members, groups and more for other tools."),
        "undo": ("undoing:undo_command", "Take the last change of the programme back."),
        "completion": (
            "completing:completion_command",
            "Print what completes commands in a shell.",
        ),
    },
}
COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


_HELP = """Peer mentoring between equals: pair people fairly, and say why.

Begin a programme, which is one file, and take people in:

\b
  peerloom init "Evening school" --policy bootcamp
  peerloom import members.csv
  peerloom pair

Or pair the people of a CSV file, and keep no programme:

\b
  peerloom pair members.csv
"""


def _engine() -> str:
    """Name the engine that runs, or refuse what the environment asks for."""
    try:
        return engine.current().name
    except EngineError as error:
        raise click.UsageError(f"PEERLOOM_ENGINE: {error}") from None


def _tell_version(context: click.Context, *, asked: bool) -> None:
    """Print the version and the engine that runs, and end."""
    if asked and not context.resilient_parsing:
        click.echo(f"peerloom, version {version('peerloom')}, {_engine()} engine")
        context.exit()


@click.group(cls=LazyGroup, sections=SECTIONS, help=_HELP)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, value: _tell_version(context, asked=value),
    help="Show the version, and which engine runs.",
)
def main() -> None:
    """Peer mentoring between equals."""
    _engine()
