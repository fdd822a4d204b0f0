"""What holds for all commands of mentoring: privacy, bad files, any words, one file in the end."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerloom.cli import main
from peerloom.programmes.documents import to_plain
from peerloom.programmes.files import load_programme

AFTER = ("--at", "2026-11-26T21:00")
READS = (
    ("agreement",),
    ("farewell",),
    ("goals",),
    ("goals", "--all"),
    ("session",),
    ("session", "show", "session-1"),
    ("session", "show", "session-3"),
    ("session", "times"),
    ("session", "ledger"),
    ("agenda",),
    ("activities",),
    ("activities", "suggest"),
    ("checkin",),
    ("switch",),
    ("nudges",),
    ("nudges", "effects"),
    ("health",),
    ("calendar",),
    ("resources",),
    ("export", "members"),
    ("export", "groups"),
    ("export", "groups", "--format", "markdown"),
    ("export", "groups", "--format", "mail"),
    ("export", "programme"),
)
CHANGES = (
    ("agreement", "write", "--as", "ada", "--want", "x"),
    ("farewell", "write", "--as", "ada", "--takes-along", "x"),
    ("goals", "set", "Learn to write joins", "--as", "ada"),
    ("goals", "progress", "goal-1", "3", "--as", "ada"),
    ("session", "propose", "2026-11-26T18:00", "--as", "ada"),
    ("session", "accept", "session-1", "--as", "bo"),
    ("checkin", "write", "--as", "ada", "--good", "x"),
    ("switch", "ask", "--as", "ada"),
    ("nudges", "prefer", "--as", "ada", "--off"),
    ("nudges", "send", "--out", "nudges.json"),
    ("resources", "add", "note", "A title", "--text", "x"),
    ("activities", "remove", "walk_a_mile"),
    ("erase", "ada", "--yes"),
)
MEMBERS = ("ada", "bo", "cy")
SECRET = re.compile(r"-group-|session-1|streak")


@pytest.fixture
def busy(met):
    """Everybody of three says and writes everything; each word tells whose and for whom it is."""
    for member in MEMBERS:
        by = ("--as", member)
        met(
            *("goals", "set", f"{member}-group-goal", "--to", 5, "--unit", f"{member}-group-unit"),
            *("--milestone", f"{member}-group-step", "--due", "2026-12-01", *by),
        )
        met(
            "session", "record", "2026-11-23T17:00", "--minutes", 45, "--activity", "listening", *by
        )
        met(
            *("checkin", "write", "--good", f"{member}-group-good", "--mood", 2, "--fit", "unsure"),
            *by,
        )
        met("checkin", "write", "--bad", f"{member}-staff-bad", "--to", "staff", *by)
        met("switch", "ask", "--words-for-staff", f"{member}-staff-words", *by)
        met("resources", "add", "note", f"{member}-group-title", "--text", "x", "--for-group", *by)
        met("nudges", "prefer", "--mute", "streak", *by)
        met("agreement", "write", "--want", f"{member}-group-want", *by)
        met("farewell", "write", "--takes-along", f"{member}-group-along", *by)
    for number, member in ((1, "ada"), (2, "bo"), (3, "cy")):
        met(
            *("session", "describe", f"session-{number}", "--notes", f"{member}-group-notes"),
            *("--leftover", f"{member}-group-left", "--topic", f"{member}-group-topic"),
            *("--place", f"{member}-group-place", "--part", member, 31, 0, 0, "--as", member),
        )
    return met


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_staff_read_only_what_is_for_staff(busy, peerloom, form):
    for arguments in READS:
        at = () if arguments[0] == "export" else AFTER
        said = peerloom(*arguments, *at, *form).output
        assert not {"-group-", "session-1", "streak"} & {*SECRET.findall(said)}, arguments
        if arguments[0] not in {"checkin", "switch"}:
            assert "-staff-" not in said, arguments


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_member_reads_nothing_of_another_group_or_for_staff(busy, peerloom, form):
    for arguments in READS[:19]:
        said = peerloom(*arguments, "--as", "ada", *AFTER, *form).output
        assert "cy-" not in said, arguments
        assert "bo-staff" not in said, arguments


def test_a_member_reads_what_is_for_the_group(busy, peerloom):
    said = "".join(peerloom(*one, "--as", "bo", *AFTER).output for one in READS[:19])
    for words in ("goal", "good", "title", "topic", "notes", "left", "place", "want"):
        assert f"ada-group-{words}" in said, words
    assert "bo-group-along" in said
    assert "ada-group-along" not in said


def test_no_mood_but_one_s_own_is_anywhere(busy, data):
    for viewer in ("bo", "cy", None):
        as_viewer = () if viewer is None else ("--as", viewer)
        for one in data("checkin", *as_viewer)["check_ins"]:
            assert (one["mood"] is None) == (one["member"] != viewer or one["fit"] is None)


def said_in(programme):
    """Give all that a programme holds; no number is given twice, so counters do not go back."""
    return {key: value for key, value in to_plain(programme).items() if key != "counters"}


def test_each_change_can_be_undone_and_nothing_else_is(met, tmp_path):
    path = tmp_path / "programme.json"
    for arguments in CHANGES[:-1]:
        before = load_programme(path)
        result = CliRunner().invoke(main, list(arguments))
        after = load_programme(path)
        assert ("To undo it: peerloom undo" in result.stdout) == (before != after), arguments
        if before != after:
            met("undo")
            assert said_in(load_programme(path)) == said_in(before)
            met("undo")
            assert load_programme(path) == after


def test_what_changes_nothing_offers_no_undo(met, data):
    met("nudges", "prefer", "--as", "ada", "--off")
    assert "undo" not in data("nudges", "prefer", "--as", "ada", "--off")


def test_a_programme_elsewhere(met, data, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "programme.json").rename(tmp_path / "other" / "p.json")
    told = data("goals", "set", "Learn joins", "--as", "ada", "-p", "other/p.json")
    assert told["undo"] == "peerloom undo --programme other/p.json"
    assert data("goals", "--as", "ada", "-p", "other/p.json")["goals"]
    shown = met("session", "times", "--as", "ada", "-p", "other/p.json").stdout
    assert "--as ada --programme other/p.json" in " ".join(shown.split()) or (
        "--programme other/p.json" in shown and "--as ada" in shown
    )


def test_an_unknown_verb_is_said(met, peerloom):
    assert "No such command 'fly'" in peerloom("goals", "fly").stderr
    said = json.loads(peerloom("goals", "fly", "--json").stdout)["error"]
    assert said["code"] == "option_wrong"


# --- bad files and any words ----------------------------------------------------------------------

BAD = {
    "nothing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "another JSON": b'{"groups": []}',
    "newer": b'{"format": "peerloom.programme", "version": 99, "data": {}}',
    "damaged": b'{"format": "peerloom.programme", "version": 1, "data": {"name": 3}}',
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_programme_file_is_said_and_left_as_it_is(peerloom, tmp_path, what):
    path = tmp_path / "programme.json"
    if BAD[what] is not None:
        path.write_bytes(BAD[what])
    for arguments in (*READS, *CHANGES):
        result = peerloom(*arguments)
        assert result.exit_code == 1, (arguments, result.output)
        assert isinstance(result.exception, SystemExit)
        assert "programme.json" in result.stderr
        assert json.loads(peerloom(*arguments, "--json").stdout)["error"]["code"]
        assert path.exists() == (BAD[what] is not None)
        assert BAD[what] is None or path.read_bytes() == BAD[what]
        assert not (tmp_path / "nudges.json").exists()


_words = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=10
) | st.sampled_from(
    [
        *("ada", "bo", "--as", "--json", "--at", "2026-11-26T18:00", "--group", "group-1", "3"),
        *("session-1", "goal-1", "set", "show", "write", "propose", "held", "find", "add", "note"),
        *("--minutes", "--to", "--due", "--text", "--good", "--mood", "--session", "-1", "nan"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    name=st.sampled_from(sorted({words[0] for words in (*READS, *CHANGES)})),
    words=st.lists(_words, max_size=7),
)
def test_no_words_bring_a_traceback(met, unharmed, name, words):
    unharmed(name, *words)
