"""A report put together: at a glance, the groups of now, the rounds, impact."""

from __future__ import annotations

from collections.abc import Iterator

from peerloom.formats.report_document import (
    Bar,
    Bars,
    Block,
    Document,
    Fold,
    Grid,
    Picture,
    Section,
    Sentences,
    Tile,
    Tiles,
)
from peerloom.formats.report_facts import ReportFacts, RoundFacts
from peerloom.formats.report_groups import attention_sections, health_sections
from peerloom.formats.report_impact import impact_sections
from peerloom.formats.report_wording import Wording
from peerloom.reasons import N_

_PEOPLE = {
    "taking_part": N_("Take part"),
    "paused": N_("Pause"),
    "left": N_("Have left"),
    "enrolled": N_("People who enrolled"),
}


def document(facts: ReportFacts, say: Wording | None = None) -> Document:
    """Put a report into sections.

    Parameters
    ----------
    facts
        What is known.
    say
        In which words; None for English.
    """
    words = Wording() if say is None else say
    audience = (
        N_("For staff only. It names people, and tells nothing that they keep among themselves.")
        if facts.with_names
        else N_("It names nobody, and numbers that would tell of single people are hidden.")
    )
    closing = [
        words(
            N_(
                "What members write to each other, their goals, their moods and who asked for a "
                "switch are in no report."
            )
        ),
        words(
            N_(
                "Two reports a few answers apart tell more than each alone. Keep them among "
                "staff, and give others one."
            )
        ),
    ]
    if facts.has_erased:
        closing.append(words(N_("Who was erased at their own wish is not counted here.")))
    return Document(
        kind=words(N_("Peer mentoring report")),
        title=facts.name,
        lead=" ".join(
            (
                words(
                    N_("As of {moment} ({timezone})."),
                    moment=words.moment(facts.now, facts.timezone),
                    timezone=facts.timezone,
                ),
                words(audience),
            )
        ),
        sections=(
            _glance(facts, words),
            *attention_sections(facts, words),
            *_rounds(facts, words),
            *health_sections(facts, words),
            *impact_sections(facts, words),
        ),
        closing=tuple(closing),
        contents=words(N_("In this report")),
        numbers=words(N_("The numbers as a table")),
    )


def _glance(facts: ReportFacts, say: Wording) -> Section:
    tiles = [
        Tile(label=say(_PEOPLE[name]), value=say.count(count))
        for name, count in facts.people.items()
        if name in ("taking_part", "enrolled") or count.value
    ]
    notes: list[Block] = []
    if facts.rounds:
        latest = facts.rounds[-1]
        tiles.append(
            Tile(
                label=say(N_("Groups of round {number} that met"), number=latest.number),
                value=say.of(latest.met, latest.groups),
            )
        )
        held = [one.held for one in facts.rounds if one.held is not None]
        if len(held) == len(facts.rounds):
            tiles.append(Tile(label=say(N_("Sessions held so far")), value=str(sum(held))))
        if facts.with_names:
            tiles.append(
                Tile(label=say(N_("Groups that need somebody")), value=str(len(facts.needing)))
            )
    elif any(count.high for count in facts.people.values()):
        notes.append(
            Sentences(items=(say(N_("No groups were published yet. Pair people to begin.")),))
        )
    else:
        notes.append(Sentences(items=(say(N_("Nobody has joined yet. Import people to begin.")),)))
    if facts.has_draft:
        words = say(N_("New groups are drawn and wait to be published."))
        notes.append(Sentences(items=(words,)))
    return Section(
        id="glance", title=say(N_("At a glance")), blocks=(Tiles(items=tuple(tiles)), *notes)
    )


def _rounds(facts: ReportFacts, say: Wording) -> Iterator[Section]:
    if not facts.rounds:
        return
    latest = facts.rounds[-1]
    yield Section(
        id="rounds",
        title=say(N_("Rounds and what is proven about them")),
        blocks=(
            Sentences(items=_certificate(latest, say)),
            Grid(
                caption=say(N_("All rounds")),
                columns=(
                    say(N_("Round")),
                    say(N_("Published")),
                    say(N_("Groups")),
                    say(N_("Score")),
                    say(N_("Proven limit")),
                    say(N_("Repairs")),
                    say(N_("Policy")),
                    say(N_("Seed")),
                ),
                rows=tuple(
                    (
                        str(one.number),
                        say.day(one.published_at, facts.timezone),
                        str(one.groups),
                        str(one.score),
                        str(one.upper_bound),
                        str(one.repairs),
                        (one.policy,),
                        str(one.seed),
                    )
                    for one in facts.rounds
                ),
                numbers=frozenset({0, 1, 2, 3, 4, 5, 7}),
            ),
            *(
                Fold(
                    title=say(N_("Certificate of round {number}"), number=one.number),
                    blocks=(Sentences(items=_certificate(one, say)),),
                )
                for one in facts.rounds[-2::-1]
            ),
        ),
    )
    yield _meetings(facts, say)


def _certificate(one: RoundFacts, say: Wording) -> tuple[str, ...]:
    kept = tuple(say.kept(sentence) for sentence in one.certificate)
    return kept or (say(N_("Of this round no certificate was kept.")),)


def _meetings(facts: ReportFacts, say: Wording) -> Section:
    bars = tuple(
        Bar(
            label=say(N_("Round {number}"), number=one.number),
            value=say.of(one.met, one.groups),
            low=one.met.low / max(one.groups, 1),
            high=one.met.high / max(one.groups, 1),
        )
        for one in facts.rounds
    )
    table = Grid(
        caption=say(N_("Groups that met, by round")),
        columns=(
            say(N_("Round")),
            say(N_("Groups")),
            say(N_("Groups that met")),
            say(N_("Sessions held")),
        ),
        rows=tuple(
            (
                str(one.number),
                str(one.groups),
                say.count(one.met),
                "–" if one.held is None else str(one.held),
            )
            for one in facts.rounds
        ),
        numbers=frozenset({0, 1, 2, 3}),
    )
    counting = (
        say(
            N_("A group has met when it held a session of {minutes} minutes or more."),
            minutes=facts.counting_minutes,
        )
        if facts.counting_minutes
        else say(N_("A group has met when it held a session."))
    )
    picture = Picture(
        id="meetings-picture",
        title=say(N_("Groups that met, by round")),
        words=say(
            N_("In round {number}, {met} groups met."),
            number=facts.rounds[-1].number,
            met=bars[-1].value,
        ),
        drawing=Bars(items=bars),
        table=table,
    )
    return Section(
        id="meetings",
        title=say(N_("Who met")),
        blocks=(picture, Sentences(items=(counting,), is_quiet=True)),
    )
