"""What ``--json`` gives: one object for each command, with the keys that the README names."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from peerloom.cli import COMMANDS
from peerloom.schemas import PolicySchema

README = Path(__file__).parents[3] / "sdk" / "README.md"
ROW = re.compile(r"^\| (`[a-z][^|]*`) \| ([^|]+) \|$", re.MULTILINE)
KEY = re.compile(r"`([a-z_]+)`")
CHANGED = {"sentences", "undo"}

# In this order each of them can be done.
CALLS = """
settings
import members.csv --bring-back
members
join eve
pause eve
come-back eve
leave eve
rotate --rounds 2
pair
explain --draft
publish
explain
explain ada
repair
publish --discard
ask cy --as ada
ask --as ada
agreement
agreement write --as ada --want x
agreement --as ada
agreement sign --as bo
session
session times --as ada
session propose 2026-11-26T18:00 --as ada
session --as ada
session move session-1 2026-11-27T18:00 --as ada
session accept session-1 --as bo
session cancel session-1 --as ada
session record 2026-11-23T17:00 --minutes 45 --as ada
session show session-2 --as ada
session held session-2 --as bo
session describe session-2 --as ada --leftover joins
session share-notes session-2 --as ada
session ledger --as ada
agenda --as ada
activities
activities show teach_off
activities suggest --as ada
goals set x --as ada --to 3 --milestone y --for-group
goals
goals --as ada
goals progress goal-1 1 --as ada
goals milestone goal-1 1 --as ada
goals revise goal-1 --as ada --statement z
goals share goal-1 --as ada
goals meet goal-1 --as ada
goals take-up goal-1 --as ada
checkin questions
checkin write --as ada --good x
checkin
switch ask --as ada
switch
switch --as ada
switch withdraw --as ada
farewell --as ada
farewell write --as ada --thank bo x
farewell carry-on goal-1 --as bo
goals let-go goal-1 --as ada
resources add note x --text y --as ada --for-group
resources
resources edit resource-1 --as ada --tag a
resources thank resource-1 --as bo
resources share resource-1 --as ada
resources remove resource-1 --as ada
calendar --as ada
health
health --as ada
questionnaire
nudges
nudges --as ada
nudges send --out nudges.out
nudges effects
nudges prefer --as ada --off
export members
export groups
export members --out m.csv
export groups --out g.csv
export programme --out p.json
undo
erase eve --yes
completion bash
"""


def documented():
    """Give the keys that the README names for each command."""
    section = README.read_text(encoding="utf-8").partition("## Plain data")[2].partition("\n## ")[0]
    found = {}
    for names, said in ROW.findall(section):
        keys = set(KEY.findall(said))
        for name in re.findall(r"`([^`]+)`", names):
            found[name] = keys
    found["repair"] = (found["repair"] | found["pair"]) - {"pair"}
    return found


def row_of(line):
    words = shlex.split(line)
    name = words[0]
    verbs = {one.split()[1] for one in KEYS if one.startswith(f"{name} ")}
    if "--out" in words and name == "export":
        return "export VERB --out FILE"
    if name in {"explain", "ask"} and len(words) > 1 and not words[1].startswith("-"):
        return f"{name} {'MEMBER' if name == 'explain' else 'WHOM'}"
    if len(words) > 1 and not words[1].startswith("-") and words[1] != "show" and verbs:
        return f"{name} {words[1] if words[1] in verbs else 'VERB'}"
    return name


KEYS = documented()


def test_each_command_gives_the_keys_that_are_documented(school, peerloom):
    seen: dict[str, set[str]] = {}
    for line in CALLS.strip().splitlines():
        result = peerloom(*shlex.split(line), "--json")
        assert result.exit_code == 0, (line, result.output)
        keys = set(json.loads(result.stdout))
        row = row_of(line)
        assert keys - CHANGED <= KEYS[row], line
        seen.setdefault(row, set()).update(keys)
    for row, keys in seen.items():
        assert keys - CHANGED == KEYS[row], row
    free = {"init", "report", "export programme", "activities add", "activities remove"}
    assert KEYS.keys() - seen.keys() == free | {"questionnaire answers", "questionnaire add"}


def test_each_command_stands_in_the_readme():
    table = (
        README.read_text(encoding="utf-8").partition("| for | commands |")[2].partition("\n\n")[0]
    )
    assert set(re.findall(r"`([a-z-]+)`", table)) == set(COMMANDS) - {"init"}


def test_the_first_one(peerloom, data):
    assert set(data("init", "School")) - CHANGED == KEYS["init"]


def test_an_error_has_the_keys_that_are_documented(school, peerloom, tmp_path):
    (tmp_path / "bad.csv").write_text("id,level\neve,x\n")
    found = set()
    for words in (("import", "bad.csv"), ("pause", "Lovelase"), ("members", "--nonsense")):
        error = json.loads(peerloom(*words, "--json").stdout)["error"]
        assert {"code", "sentence"} <= set(error)
        found |= set(error)
    said = (
        README.read_text(encoding="utf-8").partition("An error is `error`")[2].partition("\n#")[0]
    )
    assert found <= set(KEY.findall(said))


@pytest.mark.parametrize("name", sorted(PolicySchema().fields))
def test_each_setting_of_a_policy_stands_in_the_readme(name):
    text = README.read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert name in tomllib.loads(example) or f"`{name} = " in text
