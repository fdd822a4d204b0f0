"""The course told: to everybody, to one student, and to the staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from examples.bootcamp.course import WEEKS, Week, moment
from examples.telling import heading, points, say, table, together
from peerloom.mentoring.session_outcomes import session_counts
from peerloom.mentoring.sessions import Session, SessionState
from peerloom.programmes.impact_figures import impact_of
from peerloom.programmes.nudging import effects_of_nudges
from peerloom.programmes.past import has_met
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import settle_sessions
from peerloom.programmes.views import activity, agenda_of, names_of, sessions_to_come, why_together

STUDENT = "s10"
END = moment(WEEKS, 6, 20) + timedelta(days=4)
NOTES = {
    4: "one left",
    5: "one joined",
    8: "one left",
}


def tell(weeks: Sequence[Week]) -> Programme:
    """Print the story of all weeks, and give the programme as it was in the end."""
    programme = settle_sessions(weeks[-1].programme, now=END)
    print(programme.name)
    print("=" * len(programme.name))
    say(
        "Everybody in this story is made up, and so is all that they do: lots decide who comes,",
        "who agrees and who answers. The pairing, the plans, the reminders, the health and the",
        "figures are computed by Peerloom as they would be in a real course.",
    )
    _tell_weeks(programme, weeks)
    _tell_student(programme, weeks)
    _tell_staff(weeks)
    _tell_end(programme)
    return programme


def _tell_weeks(programme: Programme, weeks: Sequence[Week]) -> None:
    heading("Twelve weeks, twelve rounds")
    rows: list[tuple[object, ...]] = [
        ("Week", "Students", "Groups", "Repeats", "Best", "Sessions", "Met", "On Tuesday")
    ]
    for week in weeks:
        number = week.number
        drawing = programme.rounds[number].drawing
        groups = [one for one in week.programme.current_groups if one.round == number]
        held = session_counts(
            one for group in groups for one in programme.sessions.of_group(group.id)
        ).held
        met = sum(has_met(programme, group) for group in groups)
        rows.append(
            (
                number,
                drawing.certificate["people"],
                drawing.certificate["groups"],
                len(drawing.certificate["repeated"]),
                "proven" if drawing.score == drawing.upper_bound else "nearly",
                held,
                f"{met} of {len(groups)}",
                NOTES.get(number, "") and f"{NOTES[number]}, {week.repaired} new",
            )
        )
    table(rows)
    print()
    seats = Counter(
        member for group in programme.groups if len(group.members) > 2 for member in group.members
    )
    say(
        '"Proven": after the weeks before, no other way to pair everybody scores higher. With an',
        f"odd number one group has three people. {len(seats)} students sat in such a group,",
        "nobody twice." if max(seats.values()) == 1 else f"at most {max(seats.values())} times.",
    )


def _tell_student(programme: Programme, weeks: Sequence[Week]) -> None:
    folder = programme.of_member(STUDENT)
    name = folder.member.profile.name
    heading(f"What {name} sees")
    rows: list[tuple[object, ...]] = [("Week", "With", "Met for", "What they did")]
    for group in folder.groups:
        held = [one for one in folder.sessions if one.group == group.id and _is_held(one)]
        done = [activity(programme, one.activity) for one in held if one.activity is not None]
        rows.append(
            (
                group.round,
                together(names_of(programme, group.others(STUDENT)).values()),
                f"{sum(one.minutes_held or 0 for one in held)} min",
                ", ".join(one.title for one in done if one is not None),
            )
        )
    table(rows)
    print()
    say("A partner comes again only where the two have never met.")
    for goal in folder.goals:
        target = "" if goal.measure is None else f" of {goal.measure.target}"
        say(f'Goal: "{goal.statement}": {goal.state.value}, at {goal.value}{target}.')
    group = folder.groups[-1]
    print("\nWhy are we two together, in the last week?")
    points(why_together(programme, group.id))
    _tell_flip(weeks)


def _tell_flip(weeks: Sequence[Week]) -> None:
    """Print the first plan of the student that turns the roles."""
    for week in weeks:
        for session in sessions_to_come(week.thursday, STUDENT, now=moment(week.number, 3, 9)):
            now, group = session.proposed_at, session.group
            plan = agenda_of(week.thursday, group, now=now, session=session.id)
            if plan.flip is not None:
                print(f"\nThe plan of the second session of week {week.number}")
                say(plan.flip.reason, indent="  ")
                for item in plan.items:
                    words = f"{item.title}: {item.subject}" if item.subject else str(item.title)
                    lead = "" if item.lead is None else f" ({_called(week, item.lead)} leads)"
                    print(f"  {item.starts:2} min  {words}{lead}")
                return


def _is_held(session: Session) -> bool:
    return session.state is SessionState.HELD


def _called(week: Week, member: str) -> str:
    return names_of(week.programme, [member])[member]


def _tell_staff(weeks: Sequence[Week]) -> None:
    week = max(weeks, key=lambda one: len({f.rule for view in one.health for f in view.findings}))
    heading(f"What staff see on the Sunday of week {week.number}")
    states = Counter(view.state for view in week.health)
    say(", ".join(f"{count} {state.value.replace('_', ' ')}" for state, count in states.items()))
    for view in week.health:
        if view.findings:
            people = names_of(week.programme, week.programme.groups[view.group].members)
            print("\n" + together(people.values()))
            points(one.reason for one in view.findings)
            say("What would help:", *(one.helps for one in view.findings), indent="  ")


def _tell_end(programme: Programme) -> None:
    heading("What became of it")
    report = impact_of(programme, now=END)
    points(one for one in report.sentences() if one not in report.caveats())
    print("\nDo reminders help?")
    effects = effects_of_nudges(programme, now=END)
    told = [one for one in effects if one.difference is not None]
    points(one.sentence() for one in told or effects[:1])
    print("\nWhat these figures do not say")
    points(report.caveats())
