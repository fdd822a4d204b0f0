"""Policies: presets, weights and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peerloom import PRESETS, Fairness, Policy, PolicyError, Rhythm
from peerloom.comparisons import COMPLEMENTARY, SIMILAR, ColumnCriterion, Comparison, Way
from peerloom.policy import CRITERIA, FULL_SHARES

_weights = st.integers(0, 1000)


@given(
    st.dictionaries(st.sampled_from(CRITERIA), _weights),
    st.dictionaries(st.sampled_from(["city", "level", "years"]), st.integers(1, 1000)),
    st.dictionaries(st.sampled_from(["background", "city"]), _weights),
)
def test_shares_add_up_and_follow_the_weights(weights, columns, mix):
    named = {
        **weights,
        **{f"column:{name}": weight for name, weight in columns.items()},
        **{f"mix:{name}": weight for name, weight in mix.items()},
    }
    total = sum(named.values())
    assume(total)
    criteria = tuple(ColumnCriterion(name, weight) for name, weight in columns.items())
    shares = Policy(name="any", weights=weights, columns=criteria, mix=mix).shares
    assert set(shares) == {name for name, weight in named.items() if weight}
    assert sum(shares.values()) == FULL_SHARES
    assert all(abs(share - named[name] * FULL_SHARES / total) < 1 for name, share in shares.items())


def test_the_presets():
    assert list(PRESETS) == ["bootcamp", "meetup", "career"]
    for name, policy in PRESETS.items():
        assert policy.name == name
        assert policy.description.endswith(".")
        assert Policy.preset(name) is policy
    assert {name: policy.sessions_per_round for name, policy in PRESETS.items()} == {
        "bootcamp": 4,
        "meetup": 1,
        "career": 6,
    }
    assert PRESETS["bootcamp"].rhythm is Rhythm.TWICE_A_WEEK
    assert PRESETS["bootcamp"].session_minutes == PRESETS["bootcamp"].counting_minutes == 45


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(PolicyError, match="bootcamp, meetup, career"):
        Policy.preset("book club")


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": {}},
        {"weights": {"level": 0}},
        {"weights": {"level": -1, "topics": 2}},
        {"weights": {"charm": 1}},
        {"weights": {"level": 10**9}},
        {"group_size": 1},
        {"group_size": 6},
        {"level_gap": 5},
        {"enough_minutes": 0},
        {"session_minutes": 1441},
        {"counting_minutes": -1},
        {"counting_minutes": 61},
        {"counting_minutes": 31, "session_minutes": 30},
        {"round_weeks": 0},
        {"weights": {}, "mix": {"background": 0}},
        {"mix": {"background": -1}},
        {"mix": {"": 1}},
        {"compare": {"topics": COMPLEMENTARY}},
        {"compare": {"charm": SIMILAR}},
        {"compare": {"level": COMPLEMENTARY}},
        {"compare": {"level": Comparison.target_gap(5)}},
        {"columns": (ColumnCriterion("city", 1), ColumnCriterion("City", 2))},
        {"least_common_minutes": -1},
        {"least_common_minutes": 10081},
        {"same": ("",)},
        {"same": ("city",), "different": ("city",)},
        {"never": (("a", "a"),)},
        {"must": (("a", ""),)},
        {"never": (("a", "b"),), "must": (("b", "a"),)},
        {"ask_points": 1001},
        {"nobody_alone": ("",)},
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(wrong):
    with pytest.raises(PolicyError):
        Policy(**{"name": "wrong", "weights": {"level": 1}, **wrong})


def test_a_round_has_at_least_one_session():
    policy = Policy(name="slow", weights={"level": 1}, rhythm=Rhythm.MONTHLY, round_weeks=1)
    assert policy.sessions_per_round == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Comparison(Way.SIMILAR, 1),
        lambda: Comparison.target_gap(-1),
        lambda: Comparison.target_gap(1_000_001),
        lambda: ColumnCriterion("", 1),
        lambda: ColumnCriterion("city", 0),
        lambda: ColumnCriterion("city", 1, unit=-1),
        lambda: ColumnCriterion("city", 1, Comparison.target_gap(1), unit=0),
    ],
)
def test_a_comparison_that_cannot_be_used_is_refused(wrong):
    with pytest.raises(PolicyError) as caught:
        wrong()
    assert caught.value.field
    assert caught.value.expected


def test_a_misspelt_criterion_gets_a_hint():
    with pytest.raises(PolicyError, match='did you mean "languages"'):
        Policy(name="wrong", weights={"language": 1})


def test_the_level_compares_by_its_gap_unless_said_otherwise():
    policy = Policy(name="any", weights={"level": 1}, level_gap=2)
    assert policy.comparison("level") == Comparison.target_gap(2)
    assert policy.comparison("section") == SIMILAR
    other = Policy(name="any", weights={"level": 1}, level_gap=2, compare={"level": SIMILAR})
    assert other.comparison("level") == SIMILAR


def test_words_for_rhythm_and_fairness_become_what_they_name():
    policy = Policy(name="own", weights={"level": 1}, rhythm="weekly", fairness="worst_off_first")
    assert policy.rhythm is Rhythm.WEEKLY
    assert policy.fairness is Fairness.WORST_OFF_FIRST


@pytest.mark.parametrize("field", ["rhythm", "fairness"])
def test_other_words_are_refused(field):
    with pytest.raises(PolicyError) as error:
        Policy(name="own", weights={"level": 1}, **{field: "now and then"})
    assert error.value.field == field


@pytest.mark.parametrize("weight", [float("nan"), 1.5, "3", None, True, -1])
@pytest.mark.parametrize("field", ["weights", "mix"])
def test_a_weight_is_a_whole_number(field, weight):
    given = {"weights": {"level": 1}, field: {"level": weight}}
    with pytest.raises(PolicyError) as error:
        Policy(name="own", **given)
    assert error.value.field == field


@pytest.mark.parametrize("value", [2.0, "2", True, None])
def test_a_number_of_people_is_a_whole_number(value):
    with pytest.raises(PolicyError) as error:
        Policy(name="own", weights={"level": 1}, group_size=value)
    assert error.value.field == "group_size"


def test_a_policy_stays_what_it_was():
    weights = {"level": 1}
    policy = Policy(name="own", weights=weights)
    weights.clear()
    assert policy.shares == {"level": 1000}
