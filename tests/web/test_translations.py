"""Every text of the pages in every language, with nothing lost on the way."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import lti_tool.web
from lti_tool.web.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
FOLDER = Path(lti_tool.web.__file__).parent / "translations"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Extract the texts of templates, pages, protocol and SDK, by the command of `babel.cfg`."""
    file = tmp_path_factory.mktemp("babel") / "messages.pot"
    command = (FOLDER / "babel.cfg").read_text().splitlines()[0].removeprefix("# ")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run(command.replace("messages.pot", str(file)).split())
    return read_po(BytesIO(file.read_bytes()))


def catalogue(language, name="messages.po"):
    content = BytesIO((FOLDER / language / "LC_MESSAGES" / name).read_bytes())
    return read_mo(content) if name.endswith(".mo") else read_po(content, locale=language)


def texts(message):
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message):
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_the_extraction_finds_texts_of_every_part(template):
    for text in ("Your pairs", "Agree on the time first.", "You are at the same level."):
        assert text in template


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_no_other(template, language):
    wanted = {texts(message) for message in template if message.id}
    there = {
        texts(message) for message in catalogue(language) if message.id and all(message.string)
    }
    assert there == wanted


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_placeholder_is_lost(language):
    for message in catalogue(language):
        if message.id:
            wanted = [sorted(HOLE.findall(text)) for text in texts(message)]
            assert [sorted(HOLE.findall(text)) for text in translations(message)] == wanted


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language):
    written, compiled = (
        {texts(message): tuple(translations(message)) for message in catalogue(language, name)}
        for name in ("messages.po", "messages.mo")
    )
    # The first entry is the head of the file, which no page shows.
    del written[("",)], compiled[("",)]
    assert compiled == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_language_of_the_platform(make, client, language):
    path = make.visit(client, make.course().staff, locale=f"{language}-XX")
    page = client.get(path + "/course").text
    assert f'lang="{language}"' in page
    said = str(catalogue(language).get("Your pairs").string) if language != "en" else "Your pairs"
    assert said in page
