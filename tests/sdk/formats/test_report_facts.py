"""What a report knows: counted again by hand, and nothing that is private."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from peerloom.formats.report_facts import report_facts
from peerloom.formats.report_markdown import to_markdown
from peerloom.formats.report_page import to_html
from peerloom.formats.report_terminal import show_report
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.health_plan import HealthState
from peerloom.mentoring.impact.change import changes
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.mentoring.sessions import SessionKind, SessionState
from peerloom.programmes.documents import to_plain
from peerloom.programmes.drawing import draw_round, keep_draft
from peerloom.programmes.erasing import erase
from peerloom.programmes.feedback import respond
from peerloom.programmes.impact_figures import are_answers_coming, impact_of
from peerloom.programmes.membership import join, pause
from peerloom.programmes.sessions import record_session


def terminal(facts, width=80):
    page = io.StringIO()
    show_report(facts, Console(file=page, width=width, highlight=False))
    return page.getvalue()


def plain(facts):
    return json.dumps(facts.to_dict(), ensure_ascii=False)


FORMS = {"html": to_html, "markdown": to_markdown, "terminal": terminal, "json": plain}
forms = pytest.mark.parametrize("form", FORMS)
both = pytest.mark.parametrize("with_names", [True, False])


@pytest.fixture(scope="module")
def facts(bootcamp, making):
    return report_facts(bootcamp, now=making.END)


# --- the numbers ----------------------------------------------------------------------------------


def test_people_are_counted_by_what_they_do(facts):
    counts = {name: count.value for name, count in facts.people.items()}
    assert counts == {"taking_part": 29, "paused": 1, "left": 2}


def test_groups_that_met_are_those_with_a_session_that_is_long_enough(facts, bootcamp):
    for one in facts.rounds:
        groups = {group.id for group in bootcamp.groups if group.round == one.number}
        held = [
            session
            for session in bootcamp.sessions
            if session.state is SessionState.HELD and session.group in groups
        ]
        assert one.groups == len(groups)
        assert one.held == len(held) > 0
        assert one.met.value == len({session.group for session in held})


def test_a_short_session_is_held_and_does_not_count(making):
    programme = making.next_round(
        making.begun(policy=making.Policy.preset("bootcamp")), 1, making.START
    )
    group = programme.current_groups[0]
    now = making.START + 3 * making.DAY
    programme = making.meeting(programme, group, now, minutes=30)
    (one,) = report_facts(programme, now=now).rounds
    assert (one.held, one.met.value) == (1, 0)


def test_silence_goes_along_before_anything_is_counted(making):
    programme = making.next_round(making.begun(), 1, making.START)
    group = programme.current_groups[0]
    now = making.START + making.DAY
    programme, session = record_session(
        programme, group.id, by=group.members[0], starts_at=making.START, minutes=60, now=now
    )
    later = now + timedelta(days=programme.settings.silence_days)
    assert report_facts(programme, now=now).rounds[0].held == 0
    assert report_facts(programme, now=later).rounds[0].held == 1
    # The programme itself stays as it was.
    assert programme.sessions[session.id].state is SessionState.PLANNED


def test_the_states_are_those_of_the_groups(facts, bootcamp):
    states = [group.health.state for group in facts.groups]
    assert len(states) == len(bootcamp.current_groups)
    assert {state: count.value for state, count in facts.states.items()} == {
        state: states.count(state) for state in HealthState if state in states
    }
    well = replace(wanted_of(facts).health, state=HealthState.STEADY)
    assert replace(wanted_of(facts), health=well).needs_somebody
    assert not replace(wanted_of(facts), health=well, switch=None).needs_somebody
    wanted = [group for group in facts.groups if group.switch is not None]
    assert len(wanted) == 1
    assert wanted[0] in facts.needing


def wanted_of(facts):
    """Give the group in which a switch is wanted."""
    return next(group for group in facts.groups if group.switch is not None)


def test_the_moods_of_those_who_left_are_not_counted(making):
    programme = making.begun(making.NAMES[:20])
    programme = making.next_round(programme, 1, making.START)
    for day in (2, 9, 16, 23):
        for group in programme.current_groups:
            now = making.START + day * making.DAY
            programme = making.meeting(programme, group, now)
    sad = [
        replace(one, mood=1) if int(one.member[1:]) < 10 else replace(one, mood=5)
        for one in programme.check_ins
    ]
    programme = programme.put("check_ins", *sad)
    now = making.START + 31 * making.DAY
    before = report_facts(programme, now=now).moods
    assert (before.values["known"], before.values["count"]) == (20, 10)
    for member in ("m00", "m01"):
        programme = making.leave(programme, member, now=now)
    # Not in the same week: who looked before and after would know how these two are.
    assert report_facts(programme, now=now).moods == before
    after = report_facts(programme, now=now + 7 * making.DAY).moods
    assert (after.values["known"], after.values["count"]) == (18, 5)


def test_who_is_in_no_group_is_named(making):
    programme = making.next_round(making.begun(), 1, making.START)
    now = making.START + making.DAY
    programme, _ = join(programme, making.people(("Late Lee",), 40), now=now)
    assert report_facts(programme, now=now).alone == ("Late Lee",)
    assert report_facts(pause(programme, "m40", now=now), now=now).alone == ()


def test_who_has_left_is_still_named_in_the_group(facts):
    gone = [one for group in facts.groups for one in group.people if one.has_left]
    assert [one.name for one in gone] == ["Uma Rao"]


def test_a_draft_is_mentioned(making):
    programme = making.begun()
    drafted = keep_draft(
        programme, draw_round(programme, now=making.START, seed=1), now=making.START
    )
    assert not report_facts(programme, now=making.START).has_draft
    assert report_facts(drafted, now=making.START).has_draft
    assert "wait to be published" in to_markdown(report_facts(drafted, now=making.START))


def test_a_moment_needs_its_zone(bootcamp, making):
    with pytest.raises(MomentError):
        report_facts(bootcamp, now=making.END.replace(tzinfo=None))


@forms
def test_the_same_again_is_the_same_to_the_byte(making, bootcamp, form):
    made = [FORMS[form](report_facts(one, now=making.END)) for one in (bootcamp, making.course())]
    assert made[0] == made[1]


# --- what is private ------------------------------------------------------------------------------


@forms
@both
def test_nothing_private_is_told(bootcamp, making, form, with_names):
    assert making.PRIVATE in json.dumps(to_plain(bootcamp))
    page = FORMS[form](report_facts(bootcamp, now=making.END, with_names=with_names))
    assert making.PRIVATE not in page
    assert "example.org" not in page


@forms
def test_nobody_learns_who_asked_for_a_switch(making, form):
    one, other = (making.course(asker=asker) for asker in (0, 1))
    assert one.switch_asks != other.switch_asks
    assert FORMS[form](report_facts(one, now=making.END)) == FORMS[form](
        report_facts(other, now=making.END)
    )


@forms
def test_nothing_tells_a_listening_session_from_another(bootcamp, making, form):
    listened = bootcamp.put(
        "sessions", *(replace(one, kind=SessionKind.LISTENING) for one in bootcamp.sessions)
    )
    before, after = (FORMS[form](report_facts(one, now=making.END)) for one in (bootcamp, listened))
    assert before == after


@forms
def test_nobody_learns_how_a_single_person_is(bootcamp, making, form):
    member = bootcamp.check_ins.of_member("m05")
    worse = bootcamp.put("check_ins", *(replace(one, mood=1) for one in member))
    assert worse != bootcamp
    before, after = (FORMS[form](report_facts(one, now=making.END)) for one in (bootcamp, worse))
    assert before == after


@forms
def test_without_names_nobody_is_named(bootcamp, making, form):
    page = FORMS[form](report_facts(bootcamp, now=making.END, with_names=False))
    plainly = page.replace("\\", "")
    for one in bootcamp.members:
        assert one.profile.name not in plainly
        assert f'"{one.id}"' not in plainly
    # The same page with names does name them, so the search above finds what there is.
    named = FORMS[form](report_facts(bootcamp, now=making.END)).replace("\\", "")
    assert "Ada Lovelace" in named


def test_without_names_small_numbers_of_groups_are_hidden(bootcamp, making, facts):
    hidden = report_facts(bootcamp, now=making.END, with_names=False)
    assert hidden.people["enrolled"].value == 32
    for known, one in zip(facts.rounds, hidden.rounds, strict=True):
        assert one.met.low <= known.met.value <= one.met.high
        missing = known.groups - known.met.value
        assert (one.met.value is None) == (0 < missing < 5 or 0 < known.met.value < 5)
        assert {said["code"] for said in one.certificate} <= {
            said["code"] for said in known.certificate
        }
        # So many sessions could be held by no fewer groups.
        assert (one.held is None) == (one.met.value is None)
        assert one.held in (None, known.held)
        assert not {"everybody", "not_paired"} & {said["code"] for said in one.certificate}
    assert None in [one.held for one in hidden.rounds]
    assert "Sessions held so far" not in to_markdown(hidden)
    assert "not_paired" in {said["code"] for said in facts.rounds[-1].certificate}
    for state, count in hidden.states.items():
        if facts.states[state].value < 5:
            assert count.value is None


def test_of_four_people_no_number_is_told(making):
    programme = making.next_round(making.begun(making.NAMES[:4]), 1, making.START)
    now = making.START + 10 * making.DAY
    for group in programme.current_groups:
        programme = making.meeting(programme, group, now)
    found = report_facts(programme, now=now, with_names=False)
    assert found.impact.funnel.enrolled.value is None
    assert found.people["enrolled"].value is None
    page = to_markdown(found)
    assert "no number of them is told" in page
    assert "Met at least once" not in page


def test_who_was_erased_is_nobody_any_more(bootcamp, making):
    member = bootcamp.current_groups[3].members[0]
    name = bootcamp.members[member].profile.name
    erased = erase(bootcamp, member, now=making.END)
    for form in FORMS.values():
        page = form(report_facts(erased, now=making.END))
        assert name not in page
    found = report_facts(erased, now=making.END)
    assert "Who was erased at their own wish" in to_markdown(found)
    assert sum(count.value for count in found.people.values()) == 31


# --- impact ---------------------------------------------------------------------------------------


def test_changes_wait_until_answers_have_stopped_coming(bootcamp, making):
    last = max(one.at for one in bootcamp.responses)
    waiting = last + timedelta(days=3) - timedelta(seconds=1)
    assert are_answers_coming(bootcamp, now=waiting)
    assert all(one.before is None for one in impact_of(bootcamp, now=waiting).changes)
    assert "still come in" in to_markdown(report_facts(bootcamp, now=waiting))
    assert not are_answers_coming(bootcamp, now=last + timedelta(days=3))
    later = impact_of(bootcamp, now=last + timedelta(days=3)).changes
    assert [one.before is None for one in later] == [False] * 4


def test_one_who_answers_late_changes_no_report(bootcamp, making):
    """Or the difference of two reports would be what they answered."""
    last = max(one.at for one in bootcamp.responses)
    asked = making.built_in_questionnaire()
    answers = {item.id: 1 for item in asked.items}
    late = bootcamp
    for wave in Wave:
        late = respond(late, "m07", asked, wave, answers, now=last + timedelta(days=9))
    first = impact_of(bootcamp, now=last + timedelta(days=8)).changes
    for days in (8, 10, 60):
        found = report_facts(late, now=last + timedelta(days=days))
        assert found.impact.changes == first
        assert "still come in" not in to_markdown(found)


def test_the_mean_change_is_that_of_the_answers(facts, bootcamp):
    asked = making_steps(bootcamp)
    for one in facts.impact.changes:
        assert one.people.value == len(asked)
        assert one.change.estimate == pytest.approx(sum(asked) / len(asked))


def test_people_of_one_group_share_their_fate(facts, bootcamp, making):
    first = {}
    for group in sorted(bootcamp.groups, key=lambda one: one.published_at):
        for member in group.members:
            first.setdefault(member, group.id)
    asked, answers = making.built_in_questionnaire(), bootcamp.responses
    assert facts.impact.changes == changes(asked, answers, groups=first)
    assert facts.impact.changes != changes(asked, answers)


def making_steps(programme):
    """Give by how much each who answered twice agrees more, as the course was made."""
    times = {}
    for response in programme.responses:
        times.setdefault(response.member, []).append(response)
    return [int(int(member[1:]) % 3 > 0) for member, two in times.items() if len(two) == 2]


def test_people_are_followed_for_as_long_as_half_of_them_are_there(making):
    early, late = making.NAMES[:5], making.NAMES[5:10]
    programme, _ = join(
        making.begun(early), making.people(late, 5), now=making.START + 2 * making.WEEK
    )
    followed = impact_of(programme, now=making.START + 4 * making.WEEK).retention[0]
    assert followed.steps[-1].number == 2
    assert followed.people.value == 10
    long_after = impact_of(programme, now=making.START + 60 * making.WEEK).retention[0]
    assert long_after.steps[-1].number == 12
    at_once = impact_of(programme, now=making.START + 2 * making.WEEK)
    assert at_once.retention == ()


def test_two_who_were_erased_are_two_people(making):
    programme = making.begun(making.NAMES[:12])
    for number in (1, 2):
        now = making.START + number * making.WEEK
        programme = making.next_round(programme, number, now)
    for member in ("m00", "m05"):
        programme = erase(programme, member, now=making.END)
    by_round = impact_of(programme, now=making.END).retention[-1]
    assert by_round.unit == "round"
    assert by_round.people.value == 12


@forms
def test_what_the_lot_can_tell_is_told_where_it_is_drawn_again(making, form):
    programme = making.next_round(making.begun(making.NAMES[:20]), 1, making.START)
    now = making.START + 3 * making.DAY
    for group in programme.current_groups[::2]:
        programme = making.meeting(programme, group, now)
    facts = report_facts(programme, now=now, draws=100)
    words = " ".join(FORMS[form](facts).replace("│", " ").split())
    assert facts.impact.lots["can_teach"].difference is not None
    for lot in facts.impact.lots.values():
        for said in lot.sentences():
            assert words.count(str(said).replace("-", "\\-" if form == "markdown" else "-")) >= 1
    assert "nobody was left without a partner by lot" in words
    plain = FORMS[form](report_facts(programme, now=now))
    assert "lot_cannot" not in plain
    assert "What the lot can tell" not in plain


def test_of_many_groups_that_need_somebody_the_most_urgent_come_first(making):
    names = [f"Person {number}" for number in range(60)]
    programme = making.next_round(making.begun(names), 1, making.START)
    facts = report_facts(programme, now=making.START + 40 * making.DAY)
    assert len(facts.needing) == 30
    page = to_html(facts)
    assert page.count('<li class="card">') == 24
    assert "These are the 24 most urgent groups of 30." in page
    table = page.partition("<caption>The other groups that need somebody")[2].partition("</table>")
    assert table[0].count("<tr>") == 1 + 6
    assert str(facts.needing[-1].health.findings[0].reason) in table[0]
    few = report_facts(programme, now=making.START + making.DAY)
    assert "most urgent" not in to_html(few)


# --- nothing yet ----------------------------------------------------------------------------------


@forms
@both
def test_a_programme_without_anybody(making, form, with_names):
    empty = making.Programme(name="Evening school", private_seed=1)
    page = FORMS[form](report_facts(empty, now=making.START, with_names=with_names))
    assert "Evening school" in page
    if form != "json":
        assert "Nobody has joined yet" in " ".join(page.replace("│", " ").split())


@forms
def test_a_programme_before_its_first_round(making, form):
    page = FORMS[form](report_facts(making.begun(), now=making.START))
    if form != "json":
        words = " ".join(page.replace("│", " ").split())
        assert "No groups were published yet" in words
        assert "Who needs somebody" not in words
        assert "who enrolled" not in words


def test_the_terminal_keeps_to_eighty_columns(facts, making):
    page = terminal(facts)
    assert max(map(len, page.splitlines())) <= 80
    assert "2026-10-05" in page
    assert "Who needs somebody" in page
    hostile = making.begun(("[red]Bo[/]", "Ada"))
    shown = terminal(report_facts(making.next_round(hostile, 1, making.START), now=making.START))
    assert "No group needs anybody" in shown
    alone = report_facts(
        making.next_round(making.begun(("Ada", "Bo")), 1, making.START), now=making.START
    )
    joined = replace(alone, alone=("[red]Bo[/]",))
    assert "[red]Bo[/]" in terminal(joined)
