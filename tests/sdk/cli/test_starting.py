"""A programme begins, and its settings change."""

from __future__ import annotations

import json

import pytest

from peerloom.programmes.files import load_programme


def test_a_programme_begins_and_is_never_begun_over(peerloom, ok, tmp_path):
    said = ok("init", "Evening school", "--policy", "bootcamp", "--timezone", "Asia/Tokyo")
    assert '"Evening school" begins, in the file programme.json. The policy is bootcamp.' in (
        " ".join(said.stdout.split())
    )
    assert "Next: peerloom import members.csv" in said.stdout
    programme = load_programme(tmp_path / "programme.json")
    assert programme.policy.name == "bootcamp"
    assert programme.settings.timezone == "Asia/Tokyo"
    again = peerloom("init", "Another")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "There is a file programme.json already" in again.stderr
    assert load_programme(tmp_path / "programme.json") == programme


def test_each_programme_has_a_seed_of_its_own_that_is_not_shown(ok, tmp_path):
    seeds = set()
    for name in ("one.json", "two.json"):
        said = ok("init", "School", "-p", name, "--json").stdout
        seed = load_programme(tmp_path / name).private_seed
        assert str(seed) not in said
        seeds.add(seed)
    assert len(seeds) == 2


def test_the_file_may_be_named_by_the_environment(peerloom, tmp_path):
    result = peerloom("init", "School", env={"PEERLOOM_PROGRAMME": "school.json"})
    assert result.exit_code == 0
    assert load_programme(tmp_path / "school.json").name == "School"
    assert "peerloom import members.csv --programme school.json" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["init"], 2, "Missing argument"),
        (["init", " "], 1, '"name" needs some text'),
        (["init", "S", "--timezone", "Berlin"], 1, 'Did you mean "Europe/Berlin"?'),
        (["init", "S", "--policy", "book club"], 2, "neither a preset"),
        (["init", "S", "-p", "none/programme.json"], 1, "there is no folder"),
        (["init", "S", "-p", "."], 2, "is no name of a file"),
        (["init", "S", "-p", "/"], 2, "is no name of a file"),
        (["init", "S", "-p", ".."], 1, "is a directory"),
        (["settings", "-p", "none.json"], 1, "There is no file none.json"),
        (["settings", "--help-link", "Help", "javascript:alert(1)"], 1, ""),
    ],
)
def test_what_cannot_be_is_said(peerloom, tmp_path, arguments, code, said):
    if arguments[0] == "settings" and "-p" not in arguments:
        assert peerloom("init", "S").exit_code == 0
    before = sorted(path.read_bytes() for path in tmp_path.iterdir())
    result = peerloom(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.strip()
    assert "Traceback" not in result.output
    assert [one for one in sorted(path.read_bytes() for path in tmp_path.iterdir()) if one] == [
        one for one in before if one
    ]


def test_settings_are_shown_and_changed_and_changed_back(school, data):
    assert data("settings")["policy"] == "meetup"
    changed = school(
        "settings",
        "--name",
        "Morning school",
        "--silence-days",
        2,
        "--policy",
        "career",
        "--help-link",
        "Counselling",
        "https://help.example.edu",
    )
    assert "Name: Morning school (was Evening school)." in changed.stdout
    assert "Timezone: Europe/Berlin.\n" in changed.stdout
    now = data("settings")
    assert (now["name"], now["silence_days"], now["policy"]) == ("Morning school", 2, "career")
    assert now["help_link"] == {"name": "Counselling", "url": "https://help.example.edu"}
    assert "undo" not in now
    school("undo")
    assert data("settings")["name"] == "Evening school"


def test_settings_say_all_that_the_policy_says(school, data, tmp_path):
    (tmp_path / "own.toml").write_text('never = [["ada", "bo"]]\n[weights]\ntopics = 3\n')
    shown = school("settings", "--policy", "own.toml").stdout
    assert '  never = [["ada", "bo"]]\n' in shown
    assert '  weights = {"topics": 3}\n' in shown
    assert "must" not in shown
    rules = data("settings")["rules"]
    assert (rules["never"], rules["rhythm"]) == ([["ada", "bo"]], "weekly")


def test_own_plans_of_nudges_and_health(met, data, tmp_path):
    usual = data("settings")
    assert usual["nudges"]["days_without_session"] == usual["health"]["days_without_session"] == 42
    (tmp_path / "plans.toml").write_text(
        "[nudges]\ndays_without_session = 5\nstreaks = [2]\n[health]\nno_goal_days = 1\n"
    )
    shown = met("settings", "--plans", "plans.toml").stdout
    assert "  days_without_session = 5\n" in shown
    now = data("settings")
    assert now["nudges"] == {**usual["nudges"], "days_without_session": 5, "streaks": [2]}
    assert now["health"] == {**usual["health"], "no_goal_days": 1}
    # Two days after it began, a group without a goal needs a look, and staff see it in two more.
    states = {one["state"] for one in data("health", "--at", "2026-11-28T09:00")["groups"]}
    assert states == {"needs_a_look"}
    assert data("nudges", "--at", "2026-11-29T12:00")["due"] == 4
    (tmp_path / "plans.toml").write_text("[health]\n")
    met("settings", "--plans", "plans.toml")
    assert data("settings")["health"] == usual["health"]
    assert data("settings")["nudges"] == now["nudges"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[nudges]\ndays_without_session = 'x'", '"nudges.days_without_session": expected'),
        ("[health]\nno_goal_days = -1", '"health.no_goal_days": expected a whole number'),
        ("[health]\nno_gaol_days = 1", '"health.no_gaol_days"'),
        ("[nudge]\n", '"nudge"'),
        ("health = 3", '"health"'),
        ("= 1", "expected TOML"),
    ],
)
def test_plans_that_cannot_be(school, peerloom, tmp_path, text, said):
    (tmp_path / "plans.toml").write_text(text)
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("settings", "--plans", "plans.toml")
    assert result.exit_code == 1
    assert result.stderr.startswith("plans.toml: ")
    assert said in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_an_error_as_plain_data(peerloom):
    result = peerloom("settings", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "file_missing"
    assert result.stderr == ""
    result = peerloom("settings", "--json", "--nonsense")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "option_wrong"


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("en", 1), ("pt_BR", 1), ("zh-Hans", 1), ("", 1), ("x y", 0), ("german!", 0), ("e", 0)],
)
def test_a_code_of_a_language(school, peerloom, data, code, is_one):
    result = peerloom("settings", "--language", code)
    assert result.exit_code == (0 if is_one else 2)
    assert data("settings")["language"] == (code if is_one else "")
