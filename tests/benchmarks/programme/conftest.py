"""A programme of the size that the races are about: 1,000 members, 20,000 sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from peerloom.availability import Availability
from peerloom.members import Member
from peerloom.mentoring.agreements import Agreement, Signature, Want
from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.goals import Goal, ProgressEntry
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.sessions import Answer, Confirmation, Part, Session, SessionState
from peerloom.mentoring.topics import Family, Topic
from peerloom.policy import Policy, Rhythm
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import Participant
from peerloom.programmes.programme import Programme
from peerloom.programmes.records import Records
from peerloom.programmes.rounds import Drawing, Round

START = datetime(2026, 9, 7, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUND = timedelta(weeks=4)
ROUNDS = 5
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")


def _people(count: int) -> list[Participant]:
    evenings = Availability.parse("Mon-Fri 18:00-20:00; Sat 10:00-12:30")
    return [
        Participant(
            profile=Member(
                id=f"m{number:04}",
                name=f"Person {number}",
                email=f"m{number:04}@example.org",
                level=1 + number % 5,
                teach=("SQL", "Git"),
                learn=("Rust",),
                topics=("jazz", "tea"),
                timezone=ZONES[number % 3],
                availability=evenings,
            ),
            joined_at=START,
        )
        for number in range(count)
    ]


def _rounds() -> list[Round]:
    policy = Policy.preset("bootcamp")
    return [
        Round(
            number=number,
            published_at=START + (number - 1) * ROUND,
            drawing=Drawing(
                policy=policy, seed=number, week=START.date(), size=2, score=1, upper_bound=1
            ),
        )
        for number in range(1, ROUNDS + 1)
    ]


def _groups(people: list[str], rounds: list[Round]) -> list[PublishedGroup]:
    order, draw, groups = list(people), Random(1), []
    for one in rounds:
        draw.shuffle(order)
        for place in range(0, len(order), 2):
            groups.append(
                PublishedGroup(
                    id=f"group-{len(groups) + 1}",
                    members=tuple(order[place : place + 2]),
                    round=one.number,
                    published_at=one.published_at,
                    ended_at=None if one is rounds[-1] else one.published_at + ROUND,
                )
            )
    return groups


def _sessions(groups: list[PublishedGroup], count: int) -> list[Session]:
    each, sessions = count // len(groups), []
    for group in groups:
        one, other = group.members
        for turn in range(each):
            starts_at = group.published_at + (3 * turn + 1) * DAY
            is_held = turn < each - 1
            sessions.append(
                Session(
                    id=f"session-{len(sessions) + 1}",
                    group=group.id,
                    members=group.members,
                    starts_at=starts_at,
                    minutes=45,
                    state=SessionState.HELD if is_held else SessionState.PLANNED,
                    proposed_by=one,
                    proposed_at=starts_at - 2 * DAY,
                    changed_at=starts_at + 2 * HOUR,
                    answers=(
                        Answer(member=one, at=starts_at - 2 * DAY),
                        Answer(member=other, at=starts_at - DAY),
                    ),
                    confirmations=(
                        Confirmation(member=one, at=starts_at + HOUR),
                        Confirmation(member=other, at=starts_at + 2 * HOUR),
                    )
                    if is_held
                    else (),
                    activity="walk_a_mile" if turn % 2 else None,
                    parts=(
                        Part(member=one, taught=20, learned=15),
                        Part(member=other, taught=15, learned=20),
                    )
                    if is_held
                    else (),
                    leftovers=(Topic(text="joins"),) if is_held and turn % 3 == 0 else (),
                )
            )
    return sessions


def _goals(people: list[str], count: int) -> list[Goal]:
    return [
        Goal(
            id=f"goal-{number + 1}",
            member=people[number % len(people)],
            statement="Send twelve applications",
            family=Family.CAREER,
            measure=Measure(start=0, target=12, unit="applications"),
            due=(START + ROUNDS * ROUND).date(),
            set_at=START,
            progress=tuple(
                ProgressEntry(at=START + day * DAY, by=people[number % len(people)], value=day)
                for day in (3, 6)
            ),
        )
        for number in range(count)
    ]


def _check_ins(sessions: list[Session], count: int) -> list[CheckIn]:
    held = [one for one in sessions if one.state is SessionState.HELD]
    return [
        CheckIn(
            id=f"checkin-{number + 1}",
            group=session.group,
            member=session.members[number % 2],
            at=session.starts_at + 3 * HOUR,
            session=session.id,
            good="You let me finish.",
            bad="We were late.",
            idea="Start with a question.",
            fit=Fit.GOOD,
            mood=1 + number % 5,
        )
        for number, session in zip(range(count), reversed(held), strict=False)
    ]


def _agreements(groups: list[PublishedGroup]) -> list[Agreement]:
    return [
        Agreement(
            group=group.id,
            rhythm=Rhythm.TWICE_A_WEEK,
            wants=tuple(Want(member=member, text="Learn") for member in group.members),
            topics=(Topic(text="joins", family=Family.TECHNICAL),),
            ground_rules=("What we say here stays here.",),
            drafted_at=group.published_at,
            signatures=tuple(
                Signature(member=member, at=group.published_at) for member in group.members
            ),
        )
        for group in groups
    ]


@pytest.fixture(scope="session")
def large_programme() -> Callable[[int], Programme]:
    """Give a function that makes a programme of so many members, with 20 sessions for each."""

    @cache
    def make(members: int) -> Programme:
        people, rounds = _people(members), _rounds()
        ids = [one.id for one in people]
        groups = _groups(ids, rounds)
        sessions = _sessions(groups, 20 * members)
        found = {
            "members": people,
            "rounds": rounds,
            "groups": groups,
            "sessions": sessions,
            "goals": _goals(ids, 3 * members),
            "check_ins": _check_ins(sessions, 10 * members),
            "agreements": _agreements(groups),
        }
        records = {name: Records(KINDS[name], records) for name, records in found.items()}
        return Programme(name="Races", private_seed=7, policy=Policy.preset("bootcamp"), **records)

    return make


@pytest.fixture(scope="session")
def present() -> datetime:
    """A moment in the last round, when half of it has passed."""
    return START + (ROUNDS - 1) * ROUND + ROUND / 2


FAR_OFF = 10
"""So many times the limit is no matter of a slow or busy machine."""


@dataclass(frozen=True)
class Timing:
    """Times one thing with pytest-benchmark, and holds it against a limit."""

    benchmark: Any
    say: Callable[[str], None]

    def within(
        self,
        limit: float | None,
        name: str,
        act: Callable[..., Any],
        *arguments: Any,
        before_each: Callable[[], object] | None = None,
    ) -> Any:
        """Time an act, and give its answer.

        A figure above the limit is said in the summary and in `extra_info`, which
        ``--benchmark-json`` writes. The test fails only where even the quickest round takes more
        than `FAR_OFF` times the limit, because machines differ and are busy.

        Parameters
        ----------
        limit
            Seconds; None where none was set.
        name
            As in the summary.
        act, *arguments
            What is timed.
        before_each
            Done before each round, and not timed.
        """
        if before_each is None:
            act(*arguments)  # what finds records is made when it is first needed
            answer = self.benchmark(act, *arguments)
        else:
            self.benchmark.pedantic(
                act, arguments, setup=lambda: before_each() and None, rounds=5, warmup_rounds=1
            )
            answer = None
        if self.benchmark.stats is None:  # --benchmark-disable
            return answer
        quickest, median = self.benchmark.stats.stats.min, self.benchmark.stats.stats.median
        said = f"{name}: {1000 * median:.3g} ms (quickest {1000 * quickest:.3g} ms)"
        if limit is not None:
            share = median / limit
            self.benchmark.extra_info |= {"limit_seconds": limit, "median_by_limit": share}
            said += f", {share:.0%} of {1000 * limit:g} ms" + (" TOO SLOW" if share > 1 else "")
        self.say(f"{self.benchmark.group}: {said}")
        assert limit is None or quickest < FAR_OFF * limit, said
        return answer


@pytest.fixture(scope="session")
def figures(races: Any) -> Callable[[str], None]:
    """Give what adds a line to the summary, below a title of its own."""
    races.line("a programme of 1,000 members and 20,000 sessions (medians)")
    say: Callable[[str], None] = races.note
    return say


@pytest.fixture
def timing(benchmark: Any, figures: Callable[[str], None]) -> Timing:
    return Timing(benchmark, figures)
