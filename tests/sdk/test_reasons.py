"""Sentences are ready for translators: no sentence looks like a C format, every hole is named."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message
from babel.messages.extract import extract_python

import peerloom

PACKAGE = Path(peerloom.__file__).parent


def templates():
    for path in sorted(PACKAGE.rglob("*.py")):
        found = extract_python(BytesIO(path.read_bytes()), ["N_"], [], {})
        yield from (text for _, _, text, _ in found if isinstance(text, str))


def test_no_sentence_looks_like_a_c_format():
    """A translator's tool would demand a placeholder such as "% l" in every language."""
    assert [text for text in templates() if Message(text).python_format] == []


def test_every_hole_has_a_name():
    for text in templates():
        for _, name, _, _ in Formatter().parse(text):
            assert name is None or re.fullmatch(r"[a-z_]+", name), text
