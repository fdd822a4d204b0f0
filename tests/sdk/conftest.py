"""What the tests of the SDK share: strategies for people, and the example file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from peerloom import Availability, Member, WeeklySlot

REPOSITORY = Path(__file__).parents[2]

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour
    "Asia/Kathmandu",  # three quarters of an hour
    "Australia/Lord_Howe",  # changes its clocks by half an hour
    "Pacific/Auckland",
    "Pacific/Kiritimati",  # fourteen hours ahead
    "America/Sao_Paulo",
)
WORDS = ("SQL", "sql", "Git", "Rust", "Public speaking", "Öl", "jazz")


def _slot(day: int, start: int, length: int) -> WeeklySlot:
    return WeeklySlot(day, start, min(start + length, 1440))


_slots = st.builds(_slot, st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440))
_availabilities = st.builds(Availability, st.lists(_slots, max_size=6).map(tuple))
_words = st.lists(st.sampled_from(WORDS), max_size=4).map(tuple)
_values = st.sampled_from(("", "Oslo", " oslo", "Graz", "3", "3.0", "4,5", "-12", "many"))


def _people(low: int, high: int) -> st.SearchStrategy[list[Member]]:
    """Members with different ids, some with nothing known about them."""
    person = st.builds(
        Member,
        id=st.just("?"),
        name=st.sampled_from(("", "Ada", "Bo", "Çiğdem")),
        level=st.none() | st.integers(1, 5),
        teach=_words,
        learn=_words,
        topics=_words,
        challenges=_words,
        goals=_words,
        languages=_words,
        formats=_words,
        experience=st.none() | st.integers(0, 8),
        section=st.sampled_from(("", "A", "a ", "B")),
        timezone=st.sampled_from(ZONES),
        availability=_availabilities,
        columns=st.dictionaries(st.sampled_from(("city", "Years")), _values, max_size=2),
    )

    def numbered(people: list[Member]) -> list[Member]:
        return [replace(one, id=f"{index:03d}") for index, one in enumerate(people)]

    return st.lists(person, min_size=low, max_size=high).map(numbered)


@pytest.fixture(scope="session")
def availabilities() -> st.SearchStrategy[Availability]:
    return _availabilities


@pytest.fixture(scope="session")
def people() -> st.SearchStrategy[list[Member]]:
    """None to nine people."""
    return _people(0, 9)


@pytest.fixture(scope="session")
def a_group() -> st.SearchStrategy[list[Member]]:
    """Two to five people."""
    return _people(2, 5)


@pytest.fixture(scope="session")
def zones() -> st.SearchStrategy[str]:
    return st.sampled_from(ZONES)


@pytest.fixture(scope="session")
def example() -> Path:
    return REPOSITORY / "examples" / "meetup" / "members.csv"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file and give its path."""

    def write_file(content: str | bytes, name: str = "members.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
