"""Policies: presets, weights and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import PRESETS, Policy, PolicyError, Rhythm
from peerloom.policy import CRITERIA, FULL_SHARES


@given(
    st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 1000)).filter(
        lambda weights: any(weights.values())
    )
)
def test_shares_add_up_and_follow_the_weights(weights):
    shares = Policy(name="any", weights=weights).shares
    assert list(shares) == list(CRITERIA)
    assert sum(shares.values()) == FULL_SHARES
    total = sum(weights.values())
    for name, share in shares.items():
        exact = weights.get(name, 0) * FULL_SHARES / total
        assert abs(share - exact) < 1
        assert (share == 0) or weights[name] > 0


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
    assert PRESETS["bootcamp"].session_minutes == 45


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
        {"round_weeks": 0},
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(wrong):
    with pytest.raises(PolicyError):
        Policy(**{"name": "wrong", "weights": {"level": 1}, **wrong})


def test_a_round_has_at_least_one_session():
    policy = Policy(name="slow", weights={"level": 1}, rhythm=Rhythm.MONTHLY, round_weeks=1)
    assert policy.sessions_per_round == 1
