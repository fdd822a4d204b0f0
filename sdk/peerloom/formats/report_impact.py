"""The sections of a report about impact: how far people came, who stayed, and what changed.

Every figure stands beside what it does not prove.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from peerloom.formats.report_document import (
    Bar,
    Bars,
    Block,
    Curve,
    Fold,
    Grid,
    Picture,
    Section,
    Sentences,
    Shift,
    Shifts,
)
from peerloom.formats.report_facts import ReportFacts
from peerloom.formats.report_wording import Wording
from peerloom.mentoring.impact.change import ScaleChange
from peerloom.mentoring.impact.funnel import Funnel, Step
from peerloom.mentoring.impact.intervals import Interval
from peerloom.mentoring.impact.retention import Retention, RetentionStep
from peerloom.mentoring.nudge_effects import RULE_NAMES
from peerloom.reasons import N_

_STEPS = {
    "paired": N_("Were in a group"),
    "met": N_("Met at least once"),
    "met_again": N_("Met at least {meetings} times"),
    "goal_met": N_("Met a goal"),
    "fits": N_("Say that they fit together"),
}

_PARTNERS = {
    "same_level": N_("A partner at the same level"),
    "can_teach": N_("A partner who can teach what one wants to learn"),
    "common_hour": N_("A partner with a common hour each week"),
}

_OF_THE_ONE_BEFORE = frozenset(
    {"share_interval", "change_up", "change_down", "change_open", "change_unsure"}
)
_OF_ALL_LOTS = frozenset({"lot_can", "lot_cannot", "lot_seed"})


def impact_sections(facts: ReportFacts, say: Wording) -> Iterator[Section]:
    """Give the sections; none before the first round."""
    impact = facts.impact
    if not facts.rounds or impact.funnel is None:
        return
    blocks: list[Block] = []
    if impact.funnel.enrolled.value:
        blocks.append(_funnel(impact.funnel, say))
    blocks.append(_sentences(impact.funnel, say))
    yield Section(id="funnel", title=say(N_("How far people came")), blocks=tuple(blocks))
    staying: list[Block] = []
    for retention in impact.retention:
        if retention.people.value and len(retention.steps) > 1:
            staying.append(_curve(retention, retention.people.value, say))
        staying.append(_sentences(retention, say))
    if staying:
        yield Section(id="staying", title=say(N_("Who stayed")), blocks=tuple(staying))
    yield Section(
        id="change",
        title=say(N_("What changed for people")),
        blocks=tuple(_changes(facts, say)),
    )
    yield from _lots(facts, say)
    yield from _reminders(facts, say)
    caveats = tuple(say.reason(one) for one in impact.caveats())
    yield Section(
        id="caveats",
        title=say(N_("What these figures do not prove")),
        blocks=(Sentences(items=caveats), _evidence(facts, say)),
    )


def _sentences(said: Funnel | Retention | ScaleChange, say: Wording) -> Sentences:
    """Say what was found, each finding in one breath with what chance makes of it."""
    paragraphs: list[str] = []
    for one in said.sentences():
        if one.code in _OF_THE_ONE_BEFORE and paragraphs:
            paragraphs[-1] = f"{paragraphs[-1]} {say.reason(one)}"
        else:
            paragraphs.append(say.reason(one))
    return Sentences(items=tuple(paragraphs))


def _how_to_read(say: Wording) -> str:
    return say(
        N_(
            "A thin line, or a pale field, shows where a number might as well have been by chance. "
            "Stripes stand for a number that is not told."
        )
    )


def _funnel(funnel: Funnel, say: Wording) -> Picture:
    steps = [step for step in funnel.steps if step.of.value]
    labels = [say(_STEPS[step.code], meetings=funnel.meetings) for step in steps]
    title = say(N_("Of those who enrolled, how many came how far"))
    shown = [(label, step) for label, step in zip(labels, steps, strict=True)]
    return Picture(
        id="funnel-picture",
        title=title,
        words=" ".join(f"{label}: {say.of(step.count, step.of.low)}." for label, step in shown),
        drawing=Bars(
            items=tuple(
                Bar(
                    label=label,
                    value=say.of(step.count, step.of.low),
                    low=step.count.low / step.of.low,
                    high=step.count.high / step.of.low,
                    interval=_chance(step),
                )
                for label, step in shown
            )
        ),
        table=Grid(
            caption=title,
            columns=(
                say(N_("Step")),
                say(N_("People")),
                say(N_("Of")),
                say(N_("In 100, and where it might as well have been")),
            ),
            rows=tuple(
                (
                    label,
                    say.count(step.count),
                    str(step.of.low),
                    "–" if _chance(step) is None else say.share(step.share),
                )
                for label, step in shown
            ),
            numbers=frozenset({1, 2, 3}),
        ),
        note=_how_to_read(say),
    )


def _chance(step: Step) -> tuple[float, float] | None:
    # Whether everybody is paired is up to the organizer, and not to chance.
    if step.share is None or step.code == "paired":
        return None
    return step.share.low, step.share.high


def _curve(retention: Retention, people: int, say: Wording) -> Picture:
    is_week = retention.unit == "week"
    title = (
        say(N_("Of the same people, how many were still there, by week"))
        if is_week
        else say(N_("Of the people of the first round, how many were still there, by round"))
    )

    start = retention.steps[0].number

    def share(step: RetentionStep) -> Interval | None:
        # That everybody is there at the start is no matter of chance.
        return None if step.number == start else step.share

    def bar(step: RetentionStep) -> Bar:
        found = share(step)
        return Bar(
            label=str(step.number),
            value=say.count(step.count),
            low=step.count.low / people,
            high=step.count.high / people,
            interval=None if found is None else (found.low, found.high),
        )

    return Picture(
        id=f"staying-{retention.unit}-picture",
        title=title,
        words=say.reason(retention.sentences()[0]),
        drawing=Curve(items=tuple(map(bar, retention.steps))),
        table=Grid(
            caption=title,
            columns=(
                say(N_("Week")) if is_week else say(N_("Round")),
                say(N_("Still there")),
                say(N_("Of")),
                say(N_("In 100, and where it might as well have been")),
            ),
            rows=tuple(
                (str(step.number), say.count(step.count), str(people), say.share(share(step)))
                for step in retention.steps
            ),
            numbers=frozenset({0, 1, 2, 3}),
        ),
        note=_how_to_read(say),
    )


def _changes(facts: ReportFacts, say: Wording) -> Iterator[Block]:
    changes = facts.impact.changes
    if not changes or (facts.are_answers_coming and all(one.before is None for one in changes)):
        words = (
            N_(
                "Answers to the questionnaires still come in. What changed is shown when none has "
                "come for 3 days, so that nobody can tell single answers from two reports."
            )
            if facts.are_answers_coming
            else N_(
                "Nobody has answered a questionnaire yet. Ask before the first round and after "
                "the last one to see what changes."
            )
        )
        yield Sentences(items=(say(words),))
        return
    if any(one.change is not None for one in changes):
        yield _shifts([one for one in changes if one.before is not None], say)
    yield Sentences(items=tuple(said for one in changes for said in _sentences(one, say).items))


def _shifts(changes: list[ScaleChange], say: Wording) -> Picture:
    ends = [abs(end) for one in changes if one.change for end in (one.change.low, one.change.high)]
    title = say(N_("How much scores changed, and where the change might as well have been"))

    def change(one: ScaleChange) -> str:
        if one.change is None:
            return "–"
        return say(
            N_("{change} ({low} to {high})"),
            change=say.signed(one.change.estimate),
            low=say.signed(one.change.low),
            high=say.signed(one.change.high),
        )

    return Picture(
        id="change-picture",
        title=title,
        words=" ".join(f"{one.title}: {change(one)}." for one in changes),
        drawing=Shifts(
            items=tuple(
                Shift(
                    label=one.title,
                    value="–" if one.change is None else say.signed(one.change.estimate),
                    change=None
                    if one.change is None
                    else (one.change.low, one.change.estimate, one.change.high),
                )
                for one in changes
            ),
            reach=max(math.ceil(max(ends) * 2) / 2, 0.5),
        ),
        table=Grid(
            caption=title,
            columns=(
                say(N_("Scale")),
                say(N_("People")),
                say(N_("Before")),
                say(N_("After")),
                say(N_("Change in points, and where it might as well have been")),
            ),
            rows=tuple(
                (
                    (one.title,),
                    say.count(one.people),
                    f"{one.before:.1f}",
                    f"{one.after:.1f}",
                    change(one),
                )
                for one in changes
            ),
            numbers=frozenset({1, 2, 3, 4}),
        ),
    )


def _lots(facts: ReportFacts, say: Wording) -> Iterator[Section]:
    """Say what each comparison found, and once what all of them can and cannot tell."""
    if not facts.impact.lots:
        return
    intro = say(
        N_(
            "Where groupings are equally good, a recorded seed decides. So people to whom the lot "
            "gave a kind of partner can be compared with those to whom it did not. How they fared "
            "is how many sessions of this round they took part in that count."
        )
    )
    found = []
    caveats: dict[str, str] = {}
    for name, lot in facts.impact.lots.items():
        sentences = lot.sentences()
        told = [say.reason(one) for one in sentences if one.code not in _OF_ALL_LOTS]
        title = say(_PARTNERS[name]) if name in _PARTNERS else name
        found.append(f"{title}: {' '.join(told)}")
        caveats |= {one.code: say.reason(one) for one in sentences if one.code in _OF_ALL_LOTS}
    yield Section(
        id="lots",
        title=say(N_("What the lot can tell")),
        blocks=(Sentences(items=(intro, *found)), Sentences(items=tuple(caveats.values()))),
    )


def _reminders(facts: ReportFacts, say: Wording) -> Iterator[Section]:
    sent = [one for one in facts.reminders if one.sent.high]
    if sent:
        yield Section(
            id="reminders",
            title=say(N_("What followed reminders")),
            blocks=tuple(
                Sentences(items=(f"{say(RULE_NAMES[one.rule])}: {say.reason(one.sentence())}",))
                for one in sent
            ),
        )


def _evidence(facts: ReportFacts, say: Wording) -> Fold:
    return Fold(
        title=say(N_("What others found about mentoring")),
        blocks=(
            Grid(
                caption=say(N_("Figures that articles like to quote")),
                columns=(say(N_("Found")), say(N_("What it does not say")), say(N_("Source"))),
                rows=tuple(
                    (
                        say.reason(one.claim),
                        say.reason(one.caveat),
                        f"{one.source} {one.url}".rstrip(),
                    )
                    for one in facts.impact.evidence()
                ),
            ),
        ),
    )
