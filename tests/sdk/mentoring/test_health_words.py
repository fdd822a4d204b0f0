"""What health says: to the group as "you", to staff as somebody who is not in it."""

from __future__ import annotations

import re
from dataclasses import astuple
from string import Formatter

import pytest

from peerloom.mentoring.health_words import WORDS


@pytest.mark.parametrize("name", WORDS)
def test_staff_are_never_spoken_to_as_the_group(name):
    words = WORDS[name]
    for sentence in (words.staff_reason, words.staff_helps):
        assert not {"you", "your", "each"} & set(re.findall("[a-z]+", sentence.lower()))
    assert len(set(astuple(words))) == 4


@pytest.mark.parametrize("name", WORDS)
def test_what_would_help_needs_no_numbers_and_staff_get_no_more_of_them(name):
    def named(sentence):
        return {field for _, field, _, _ in Formatter().parse(sentence) if field}

    words = WORDS[name]
    assert named(words.helps) == named(words.staff_helps) == set()
    assert named(words.staff_reason) <= named(words.reason)
    values = dict.fromkeys(named(words.reason), 12)
    codes = [one.code for one in (*words.for_members(name, values), *words.for_staff(name, values))]
    assert codes == [f"health_{name}{end}" for end in ("", "_help", "_staff", "_staff_help")]
    assert all(
        "{" not in str(one)
        for one in (*words.for_members(name, values), *words.for_staff(name, values))
    )
