"""People and policies with every criterion, and the scores as plain Python works them out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from peerloom import COMPLEMENTARY, SIMILAR, ColumnCriterion, Comparison, Policy
from peerloom.policy import CRITERIA

WEEKS = (
    date(2026, 1, 5),  # no clock changes
    date(2026, 3, 2),  # North America changes on Sunday
    date(2026, 3, 23),  # Europe
    date(2026, 3, 30),  # New Zealand, and Lord Howe by half an hour
    date(2026, 10, 19),  # Europe again, the other way
)

_gaps = st.integers(0, 4).map(Comparison.target_gap)
_columns = st.builds(
    ColumnCriterion,
    st.sampled_from(("city", "years")),
    st.integers(1, 50),
    st.sampled_from((SIMILAR, COMPLEMENTARY)),
    st.integers(0, 4),
) | st.builds(ColumnCriterion, st.just("years"), st.integers(1, 50), _gaps, st.integers(1, 4))


@pytest.fixture(scope="session")
def policies() -> st.SearchStrategy[Policy]:
    return st.builds(
        Policy,
        name=st.just("any"),
        weights=st.fixed_dictionaries({name: st.integers(0, 50) for name in CRITERIA}).filter(
            lambda weights: any(weights.values())
        ),
        level_gap=st.integers(0, 4),
        enough_minutes=st.integers(1, 600),
        compare=st.fixed_dictionaries(
            {},
            optional={
                "level": st.just(SIMILAR) | _gaps,
                "experience": st.sampled_from((SIMILAR, COMPLEMENTARY)) | _gaps,
                "section": st.sampled_from((SIMILAR, COMPLEMENTARY)),
            },
        ),
        columns=st.lists(_columns, max_size=2, unique_by=lambda one: one.column).map(tuple),
        mix=st.dictionaries(st.sampled_from(("field", "origin")), st.integers(0, 50), max_size=2),
    )


@pytest.fixture(scope="session")
def weeks() -> st.SearchStrategy[date]:
    return st.sampled_from(WEEKS)


@pytest.fixture(scope="session")
def whole_people(people):
    """None to nine people, some of whom answered protected questions."""
    answers = st.dictionaries(
        st.sampled_from(("field", "Origin")), st.sampled_from(("", "arts", "Arts", "law"))
    )

    def answered(pair):
        members, told = pair
        return [replace(one, protected=own) for one, own in zip(members, told, strict=False)]

    return st.tuples(people, st.lists(answers, min_size=9, max_size=9)).map(answered)


@lru_cache(maxsize=256)
def _local(timezone, week):
    """The minute of the local week that a clock shows at each UTC minute of a week."""
    start, place = datetime(week.year, week.month, week.day, tzinfo=UTC), ZoneInfo(timezone)
    moments = [(start + timedelta(minutes=one)).astimezone(place) for one in range(7 * 24 * 60)]
    return [1440 * one.weekday() + 60 * one.hour + one.minute for one in moments]


def free(member, week):
    """The UTC minutes of a week in which somebody is free."""
    return _free(member.timezone, member.availability, week)


@lru_cache(maxsize=256)
def _free(timezone, availability, week):
    wanted = {
        1440 * slot.day + minute
        for slot in availability.slots
        for minute in range(slot.start, slot.end)
    }
    return {place for place, local in enumerate(_local(timezone, week)) if local in wanted}


@pytest.fixture(scope="session")
def free_minutes():
    return free


def _short(text):
    return " ".join(text.casefold().split())


def _set(words):
    return {_short(word) for word in words} - {""}


def _number(text):
    try:
        return Fraction(text.strip().replace(",", "."))
    except ValueError:
        return None


def _near(one, other, comparison, unit=1):
    """Three thirds at the best distance, and one less for each unit off; rounded half up."""
    off = min(abs(abs(one - other) - comparison.gap), 3 * unit)
    part = Fraction(off, 3 * unit)
    part = part if comparison == COMPLEMENTARY else 1 - part
    return int(1000 * part + Fraction(1, 2))


def _same(one, other, comparison):
    if not _short(one) or not _short(other):
        return 0
    return 1000 * ((_short(one) == _short(other)) != (comparison == COMPLEMENTARY))


def _column(one, other, criterion):
    def of(member):
        return next((v for k, v in member.columns.items() if _short(k) == criterion.column), "")

    numbers = [_number(of(member)) if criterion.unit else None for member in (one, other)]
    if None not in numbers:
        return _near(*numbers, criterion.comparison, criterion.unit)
    if criterion.comparison.way == "gap":
        return 0
    if numbers != [None, None] and of(one) and of(other):
        return 1000 * (criterion.comparison == COMPLEMENTARY)
    return _same(of(one), of(other), criterion.comparison)


def _protected(one, other, name):
    def of(member):
        return next((v for k, v in member.protected.items() if _short(k) == name), "")

    return _same(of(one), of(other), COMPLEMENTARY)


def quality(name, one, other, policy, week):
    """What a criterion gives two people, 0 to 1000."""
    kind, _, rest = name.partition(":")
    match kind:
        case "teach_and_learn":
            ways = (_set(one.teach) & _set(other.learn), _set(other.teach) & _set(one.learn))
            return sum((0, 350, 500)[min(len(way), 2)] for way in ways)
        case "availability":
            common = len(free(one, week) & free(other, week))
            return min(common, policy.enough_minutes) * 1000 // policy.enough_minutes
        case "level":
            if one.level is None or other.level is None:
                return 0
            return _near(one.level, other.level, policy.comparison("level"))
        case "experience":
            if one.experience is None or other.experience is None:
                return 0
            rounds = min(one.experience, 5), min(other.experience, 5)
            return _near(*rounds, policy.comparison("experience"))
        case "section":
            return _same(one.section, other.section, policy.comparison("section"))
        case "column":
            return _column(one, other, policy.column(rest))
        case "mix":
            return _protected(one, other, rest)
    steps = {"goals": (0, 700, 1000), "languages": (0, 1000), "formats": (0, 1000)}
    steps = steps.get(name, (0, 500, 800, 1000))
    shared = _set(getattr(one, name)) & _set(getattr(other, name))
    return steps[min(len(shared), len(steps) - 1)]


@pytest.fixture(scope="session")
def naive_scores():
    """The pair scores, from one pair and one minute at a time."""

    def scores(members, policy, week, names=None):
        table = [[0] * len(members) for _ in members]
        for i, j in combinations(range(len(members)), 2):
            for name, share in policy.shares.items():
                if names is None or name in names:
                    found = quality(name, members[i], members[j], policy, week)
                    table[i][j] += 12 * (found * share // 1000)
            table[j][i] = table[i][j]
        return table

    return scores
