"""The sections of a report about the groups of now: which need somebody, and how all are doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from peerloom.formats.report_document import (
    Block,
    Card,
    Cards,
    Cell,
    Fold,
    Grid,
    Names,
    People,
    Picture,
    Section,
    Sentences,
    Slice,
    Stack,
)
from peerloom.formats.report_facts import UNWELL, GroupFacts, ReportFacts
from peerloom.formats.report_wording import Wording
from peerloom.mentoring.health_plan import HealthState
from peerloom.reasons import N_

MOST_CARDS = 24
"""More groups than that nobody reads one by one before the rest of a report."""

STATE_NAMES = {
    HealthState.THRIVING: N_("Thriving"),
    HealthState.STEADY: N_("Steady"),
    HealthState.NEW: N_("New"),
    HealthState.NEEDS_A_LOOK: N_("Needs a look"),
    HealthState.STALLED: N_("Stalled"),
    HealthState.ENDED: N_("Ended"),
}


def attention_sections(facts: ReportFacts, say: Wording) -> Iterator[Section]:
    """Say who needs somebody; nothing without names or before the first round."""
    if not facts.with_names or not facts.rounds:
        return
    blocks: list[Block] = []
    if facts.alone:
        lead = say(
            N_("They take part and are in no group. A repair or the next round finds them one:")
        )
        blocks.append(People(lead=lead, names=facts.alone))
    if facts.needing:
        shown, rest = facts.needing[:MOST_CARDS], facts.needing[MOST_CARDS:]
        blocks.append(Cards(items=tuple(_card(facts, one, say) for one in shown)))
        blocks += _rest(len(shown), rest, say)
    if not blocks:
        blocks.append(
            Sentences(items=(say(N_("No group needs anybody now, and nobody is without one.")),))
        )
    elif facts.needing:
        blocks.append(
            Sentences(
                items=(
                    say(
                        N_(
                            "Groups see this before staff do, so that they can mend it. Ask before "
                            "you act: they know more than the numbers do."
                        )
                    ),
                ),
                is_quiet=True,
            )
        )
    yield Section(id="attention", title=say(N_("Who needs somebody")), blocks=tuple(blocks))


def _rest(shown: int, groups: Sequence[GroupFacts], say: Wording) -> Iterator[Block]:
    """Put the less urgent groups of a large programme into a table that opens."""
    if not groups:
        return
    words = N_("These are the {count} most urgent groups of {total}.")
    yield Sentences(items=(say(words, count=shown, total=shown + len(groups)),), is_quiet=True)
    title = say(N_("The other groups that need somebody"))
    table = Grid(
        caption=title,
        columns=(say(N_("Together")), say(N_("State")), say(N_("Why"))),
        rows=tuple(
            (
                _names(group, say),
                say(STATE_NAMES[group.health.state]),
                " ".join(reason for reason, _ in _reasons(group, say)),
            )
            for group in groups
        ),
    )
    yield Fold(title=title, blocks=(table,))


def _reasons(group: GroupFacts, say: Wording) -> list[tuple[str, str]]:
    """Give why a group needs somebody, and what would help."""
    reasons = [(say.reason(one.reason), say.reason(one.helps)) for one in group.health.findings]
    if group.switch is not None:
        reasons.append((say.reason(group.switch), ""))
    return reasons


def _card(facts: ReportFacts, group: GroupFacts, say: Wording) -> Card:
    last = group.sessions.last_held_at
    lead = (
        say(N_("No session yet."))
        if last is None
        else say(
            N_("Sessions held: {count}. The last one: {day}."),
            count=group.sessions.held,
            day=say.day(last, facts.timezone),
        )
    )
    return Card(
        names=_names(group, say),
        state=group.health.state.value,
        state_words=say(STATE_NAMES[group.health.state]),
        lead=lead,
        reasons=tuple(_reasons(group, say)),
    )


def _names(group: GroupFacts, say: Wording) -> Names:
    names = []
    for one in group.people:
        if one.name is None:
            names.append(say(N_("somebody who was erased")))
        elif one.has_left:
            names.append(say(N_("{name} (has left)"), name=one.name))
        else:
            names.append(one.name)
    return tuple(names)


def health_sections(facts: ReportFacts, say: Wording) -> Iterator[Section]:
    """Say how the groups that last are doing."""
    if not facts.states:
        return
    table = Grid(
        caption=say(N_("Groups by how they are doing")),
        columns=(say(N_("State")), say(N_("Groups"))),
        rows=tuple(
            (say(STATE_NAMES[state]), say.count(count)) for state, count in facts.states.items()
        ),
        numbers=frozenset({1}),
    )
    blocks: list[Block] = [_stack(facts, say, table) if facts.with_names else table]
    if all(count.value is None for count in facts.states.values()):
        words = say(N_("Too few groups are doing alike for telling how many are."))
        blocks = [Sentences(items=(words,))]
    if facts.groups:
        blocks.append(Fold(title=say(N_("All groups")), blocks=(_all_groups(facts, say),)))
    if facts.moods is not None:
        blocks.append(Sentences(items=(say.reason(facts.moods),)))
    yield Section(id="health", title=say(N_("How the groups are doing")), blocks=tuple(blocks))


def _stack(facts: ReportFacts, say: Wording, table: Grid) -> Picture:
    total = sum(count.low for count in facts.states.values())
    unwell = sum(count.low for state, count in facts.states.items() if state in UNWELL)
    return Picture(
        id="health-picture",
        title=say(N_("Groups by how they are doing")),
        words=say(
            N_("{unwell} of {total} groups need a look or have stalled."),
            unwell=unwell,
            total=total,
        ),
        drawing=Stack(
            items=tuple(
                Slice(
                    label=say(STATE_NAMES[state]),
                    value=say.count(count),
                    share=count.low / total,
                    kind=state.value,
                )
                for state, count in facts.states.items()
            )
        ),
        table=table,
    )


def _all_groups(facts: ReportFacts, say: Wording) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for group in facts.groups:
        last = group.sessions.last_held_at
        rows.append(
            (
                _names(group, say),
                say(STATE_NAMES[group.health.state]),
                str(group.sessions.held),
                "–" if last is None else say.day(last, facts.timezone),
            )
        )
    return Grid(
        caption=say(N_("All groups of now")),
        columns=(
            say(N_("Together")),
            say(N_("State")),
            say(N_("Sessions held")),
            say(N_("Last session")),
        ),
        rows=tuple(rows),
        numbers=frozenset({2, 3}),
    )
