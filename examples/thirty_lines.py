"""Pair a club, then see why two of its people are together, when they meet and what they do."""

from datetime import UTC, date, datetime
from pathlib import Path

from peerloom import read_members
from peerloom.mentoring.goals import GoalTerms
from peerloom.programmes import drawing, goals, membership, publishing, sessions, views
from peerloom.programmes.programme import Programme

people = read_members(Path(__file__).with_name("meetup") / "members.csv")
now = datetime(2026, 11, 23, 9, tzinfo=UTC)
club, _ = membership.join(Programme(name="Evening club", private_seed=7), people, now=now)
pairing = drawing.draw_round(club, now=now, seed=7, week=now.date())
club = publishing.publish(drawing.keep_draft(club, pairing, now=now), now=now)
print("The round", *pairing.certificate().sentences(), sep="\n  ")

(group,) = club.groups.of_member("m10")
print(" and ".join(views.names_of(club, group.members).values()))
print("  Why?", *views.why_together(club, group.id), sep="\n    ")
wanted = GoalTerms(statement="Finish my first Rust program", due=date(2026, 11, 27))
club, goal = goals.set_goal(club, wanted, now=now, member="m10")
start = views.next_times_of(club, group.id, now=now).slots[0].starts_at
club, session = sessions.propose_session(club, group.id, by="m10", starts_at=start, now=now)
print(f"  When? {start:%A, %H:%M} UTC, {session.minutes} minutes\n  What?")
for item in views.agenda_of(club, group.id, now=now, session=session.id).items:
    print(f"    {item.starts:2} min:", ": ".join(filter(None, (str(item.title), item.subject))))
