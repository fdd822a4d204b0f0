"""The season told: the months, one invitation, one person, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from examples.meetup.season import MONDAYS, Month, monday
from examples.telling import heading, points, say, table, together
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.nudge_plan import NudgeRule
from peerloom.programmes.impact_figures import impact_of
from peerloom.programmes.past import has_met
from peerloom.programmes.programme import Programme
from peerloom.programmes.views import names_of, next_times_of, timezones, why_together

PERSON = "m15"
END = monday(len(MONDAYS))


def tell(months: Sequence[Month]) -> Programme:
    """Print the story of all months, and give the programme as it was in the end."""
    programme = months[-1].over
    print(programme.name)
    print("=" * len(programme.name))
    say(
        "Everybody in this story is made up, and so is all that they do: lots decide who answers",
        "and who comes. What is planned and counted is computed by Peerloom as in real life.",
    )
    _tell_places(programme)
    _tell_months(programme, months)
    _tell_invitation(months)
    _tell_person(programme)
    _tell_end(programme)
    return programme


def _tell_places(programme: Programme) -> None:
    zones = Counter(one.profile.timezone for one in programme.members)
    heading(f"{len(programme.members)} people in {len(zones)} time zones")
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    by_clock = sorted(zones, key=lambda one: (noon.astimezone(ZoneInfo(one)).utcoffset(), one))
    rows: list[tuple[object, ...]] = [("Time zone", "People", "12:00 in London is, in January")]
    rows += [(one, zones[one], f"{noon.astimezone(ZoneInfo(one)):%a %H:%M}") for one in by_clock]
    table(rows)


def _tell_months(programme: Programme, months: Sequence[Month]) -> None:
    heading("Six months, six rounds")
    rows: list[tuple[object, ...]] = [
        ("Month", "New", "Pausing", "Groups", "Repeats", "Best", "Common hour", "Met")
    ]
    for month in months:
        drawing = programme.rounds[month.number].drawing
        groups = [one for one in programme.groups if one.round == month.number]
        without = len(drawing.certificate["without_common_hour"])
        rows.append(
            (
                f"{month.starts:%B}",
                month.joined,
                month.paused,
                len(groups),
                len(drawing.certificate["repeated"]),
                "proven" if drawing.score == drawing.upper_bound else "nearly",
                f"{len(groups) - without} of {len(groups)}",
                f"{sum(has_met(programme, group) for group in groups)} of {len(groups)}",
            )
        )
    table(rows)
    print()
    say(
        '"Repeats" are groups in which two have met before, "best" says whether it is proven that',
        "no other way to pair these people scores higher.",
    )
    say(
        "In March two people asked each other, so they are together. A third asked somebody who",
        "did not answer; nobody else ever learns of that.",
    )


def _tell_invitation(months: Sequence[Month]) -> None:
    """Print what the pair that lives furthest apart gets by mail in the last month."""
    month = months[-1]
    programme = month.begun
    group = max(programme.current_groups, key=lambda one: (_hours_apart(month, one), one.id))
    names = names_of(programme, group.members)
    heading("An invitation, as it goes by mail")
    print(f"Dear {together(names.values())},\n")
    print(f"you are partners for {month.starts:%B}. Why you?")
    points(why_together(programme, group.id))
    times = next_times_of(programme, group.id, now=month.starts)
    if times.slots:
        print("\nA time that suits all of you:")
        for member, name in names.items():
            clock = programme.members[member].profile.timezone
            starts = times.slots[0].starts_at.astimezone(ZoneInfo(clock))
            print(f"  - {name}: {starts:%A %d %B, %H:%M} ({clock})")
    else:
        say(times.reason)


def _hours_apart(month: Month, group: PublishedGroup) -> float:
    offsets = [
        month.starts.astimezone(ZoneInfo(zone)).utcoffset()
        for zone in timezones(month.begun, group.members)
    ]
    hours = [offset.total_seconds() / 3600 for offset in offsets if offset is not None]
    return max(hours) - min(hours)


def _tell_person(programme: Programme) -> None:
    folder = programme.of_member(PERSON)
    heading(f"Whom {folder.member.profile.name} has got to know")
    rows: list[tuple[object, ...]] = [("Month", "With", "From", "Met")]
    for group in folder.groups:
        others = group.others(PERSON)
        rows.append(
            (
                f"{group.published_at:%B}",
                together(names_of(programme, others).values()),
                together(dict.fromkeys(timezones(programme, others))),
                "yes" if has_met(programme, group) else "no",
            )
        )
    table(rows)
    print()
    say("Two who never met may be put together again; that is no repeat.")


def _tell_end(programme: Programme) -> None:
    heading("What became of it")
    report = impact_of(programme, now=END)
    points(one for one in report.sentences() if one not in report.caveats())
    reminded = sum(one.rule is NudgeRule.NO_SESSION for one in programme.nudges)
    points([f"{reminded} reminders went to people whose group had not met for two weeks."])
    print("\nWhat these figures do not say")
    points(report.caveats())
