"""What people write: tidied once, refused where it cannot be kept, never repeated in an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.errors import TextError
from peerloom.mentoring.words import LINE, PROSE, identifier, line, prose

BAD = ["secret\x00", "secret\x1b[31m", "secret\x7f", "secret\x9b", "secret\ud800", "secret\x0b"]


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=LINE))
def test_tidying_twice_is_tidying_once(text):
    once = line(text, "note")
    assert line(once, "note") == once
    assert once.split() == text.split()
    assert prose(prose(text, "note"), "note") == prose(text, "note")


def test_prose_keeps_its_lines_and_a_line_has_one():
    assert prose(" a\r\nb\rc\n\td ", "note") == "a\nb\nc\n\td"
    assert line(" a\r\n b\tc ", "unit") == "a b c"


@pytest.mark.parametrize("tidy", [line, prose])
@pytest.mark.parametrize("text", [*BAD, None, 7, b"secret", "secret" * PROSE])
def test_what_cannot_be_kept_is_refused_and_not_repeated(tidy, text):
    with pytest.raises(TextError) as caught:
        tidy(text, "note")
    assert caught.value.field == "note"
    assert "secret" not in caught.value.sentence + caught.value.detail


def test_a_required_text_is_more_than_white_space():
    assert line("  ", "text") == ""
    with pytest.raises(TextError, match="some text"):
        line(" \n ", "text", is_required=True)
    with pytest.raises(TextError, match="some text"):
        prose("", "text", is_required=True)


def test_the_longest_text_fits():
    assert len(line("x" * LINE, "text")) == LINE
    assert len(prose("x" * PROSE, "text")) == PROSE
    with pytest.raises(TextError, match=f"at most {LINE} characters"):
        line("x" * (LINE + 1), "text")
    with pytest.raises(TextError, match="at most 3 characters"):
        prose("xxxx", "text", most=3)


def test_an_id_is_told_apart_to_the_letter():
    assert identifier(" Ada ", "member") == " Ada "
    for bad in ("", None, 7):
        with pytest.raises(TextError, match="an id"):
            identifier(bad, "member")
