"""What the README of the SDK says is so."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

from peerloom import PRESETS
from peerloom.policy import CRITERIA
from peerloom.schemas import PolicySchema

ROOT = Path(__file__).parents[2]
README = ROOT / "sdk" / "README.md"


def test_its_python_is_true(monkeypatch):
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert result.attempted >= 10
    assert result.failed == 0


def test_its_policy_can_be_used():
    (example,) = re.findall(r"```toml\n(.*?)```", README.read_text(), re.DOTALL)
    assert PolicySchema().load(tomllib.loads(example)).enough_minutes == 180


@pytest.mark.parametrize("name", CRITERIA)
def test_its_table_has_the_weights_of_the_presets(name):
    row = rf"^\| `{name}` \|[^|]+\| (\d+) \| (\d+) \| (\d+) \|$"
    ((meetup, bootcamp, career),) = re.findall(row, README.read_text(), re.MULTILINE)
    assert int(meetup) == PRESETS["meetup"].weights.get(name, 0)
    assert int(bootcamp) == PRESETS["bootcamp"].weights.get(name, 0)
    assert int(career) == PRESETS["career"].weights.get(name, 0)
