"""What holds for the whole tree: arrows, links, commands, packages, examples in docstrings."""

from __future__ import annotations

import configparser
import doctest
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import lti_tool
import peerloom

ROOT = Path(__file__).parents[1]


def tracked(*patterns: str) -> list[Path]:
    """Give the files of the tree that git knows or would know."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Read a file, pictures and compiled translations as nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def project_file(folder: str) -> dict[str, dict[str, str]]:
    """Read what a distribution says of itself."""
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text())


def project(folder: str) -> dict[str, str]:
    """Read the `project` table of a distribution."""
    return project_file(folder)["project"]


# --- the arrows -----------------------------------------------------------------------------------


def lint_imports(*options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter as a process: inside ours it would silence everybody's loggers."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", *options]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def test_the_arrows_of_the_house_hold():
    answer = lint_imports()
    assert answer.returncode == 0, answer.stdout


def test_an_arrow_the_other_way_round_is_noticed(tmp_path):
    rules = tmp_path / "rules.ini"
    rules.write_text(
        "[importlinter]\nroot_packages=\n    lti_tool\n\n"
        "[importlinter:contract:wrong]\nname=wrong\ntype=forbidden\n"
        "source_modules=\n    lti_tool.web\nforbidden_modules=\n    lti_tool.store\n"
    )
    answer = lint_imports("--config", str(rules))
    assert answer.returncode == 1
    assert "wrong BROKEN" in answer.stdout


# --- words that do not belong here ----------------------------------------------------------------

UNWANTED = {
    "a path of somebody's machine": re.compile(r"(?<![\w.~/])/(?:home|root|tmp|Users|work)/\w"),
    "unfinished work": re.compile(r"\b(?:TODO|FIXME|XXX)\b"),
    "a silenced check without its reason": re.compile(
        r"#\s*(?:noqa|type:\s*ignore)(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[\w,\s-]+\])?\s*$",
        re.MULTILINE,
    ),
}


@pytest.mark.parametrize("what", UNWANTED)
def test_the_tree_is_free_of(what):
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}"
        for path in tracked()
        if path.suffix != ".svg" and path != Path(__file__)
        for text in [text_of(path)]
        for hit in UNWANTED[what].finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of somebody's machine", "see /home/ada/notes"),
        ("unfinished work", "# TODO: later"),
        ("a silenced check without its reason", "x = 1  # noqa: E501"),
        ("a silenced check without its reason", "x = 1  # type: ignore[arg-type]"),
    ],
)
def test_unwanted_words_are_noticed(what, line):
    assert UNWANTED[what].search(line)


def test_a_silenced_check_with_its_reason_is_fine():
    silenced = UNWANTED["a silenced check without its reason"]
    assert not silenced.search("x = 1  # noqa: S310 the scheme was checked above")


def test_no_file_is_a_drawer_for_everything():
    assert [path for path in tracked("*.py") if path.stem in {"utils", "helpers", "misc"}] == []


def test_files_fit_in_the_head():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("sdk/**.py", "lti_tool/**.py", "examples/**.py")
        if (lines := path.read_text().count("\n")) > 400
    }
    assert long == {}


# --- documents ------------------------------------------------------------------------------------

LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)|!\[[^\]]*\]\((?P<picture>[^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """Give the anchors that a Markdown page gets from its headings."""
    titles = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [str(path.relative_to(ROOT)) for path in tracked("*.md")])
def test_every_link_leads_somewhere(page):
    source = ROOT / page
    dead = []
    for hit in LINK.finditer(source.read_text()):
        target = hit["target"] or hit["picture"]
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        goal = (source.parent / name).resolve() if name else source
        if not goal.exists() or (anchor and anchor not in anchors(goal.read_text())):
            dead.append(target)
    assert dead == []


def tox() -> configparser.ConfigParser:
    """Read tox.ini."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(ROOT / "tox.ini")
    return settings


def test_the_readme_runs_what_tox_has():
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"python -m tox run -e (\w+)", readme))
    environments = {section.removeprefix("testenv:") for section in tox().sections()}
    assert "demo" in named
    assert named <= environments


def test_ci_runs_the_readme_s_test_command():
    command = re.compile(r"^python -m tox$", re.MULTILINE)
    assert command.search((ROOT / "README.md").read_text())
    assert command.search((ROOT / ".ci" / "run").read_text())


def test_the_changelog_knows_the_version():
    version = project(".")["version"]
    assert project("sdk")["version"] == version
    assert re.search(rf"^## \[?{re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text(), re.M)


def test_decisions_are_numbered_and_have_their_three_parts():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{i + 1:04}" for i in range(len(pages))]
    for page in pages:
        for part in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert part in page.read_text(), f"{page.name} lacks {part}"


# --- packages -------------------------------------------------------------------------------------


def build(folder, tmp_path, **environment):
    """Build a package from a copy of its tracked files; give the names in wheel and source."""
    home = ROOT / folder
    source, out = tmp_path / "source", tmp_path / "out"
    out.mkdir()
    for path in tracked(folder):
        copy = source / path.relative_to(home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    backend = project_file(folder)["build-system"]["build-backend"]
    steps = f"import {backend} as b; b.build_wheel({str(out)!r}); b.build_sdist({str(out)!r})"
    command = [sys.executable, "-c", steps]
    environment = os.environ | environment
    subprocess.run(command, cwd=source, check=True, capture_output=True, env=environment)
    (wheel,) = out.glob("*.whl")
    (archive,) = out.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as names:
        inside = set(names.namelist())
    with tarfile.open(archive) as names:
        return inside, {name.partition("/")[2] for name in names.getnames()}


@pytest.mark.parametrize(("folder", "package"), [(".", "lti_tool"), ("sdk", "peerloom")])
def test_the_built_packages_hold_all_their_files(folder, package, tmp_path):
    wheel, source = build(folder, tmp_path)
    home = ROOT / folder
    wanted = {str(path.relative_to(home)) for path in tracked(f"{folder}/{package}")}
    run = {name for name in wanted if not name.endswith((".cpp", ".hpp"))}
    assert {name for name in wheel if ".dist-info/" not in name and "_core" not in name} == run
    assert len([name for name in wheel if name.endswith("licenses/LICENSE")]) == 1
    assert f"{package}/py.typed" in wheel
    assert wanted | {"LICENSE", "README.md", "pyproject.toml"} <= source


def test_the_compiled_engine_is_built_where_there_is_a_compiler(tmp_path):
    if shutil.which("c++") is None and "CI" not in os.environ:
        pytest.skip("there is no C++ compiler here")
    wheel, _ = build("sdk", tmp_path)
    assert len([name for name in wheel if "pairing/_core." in name]) == 1


def test_without_a_compiler_the_package_is_whole_all_the_same(tmp_path):
    wheel, _ = build("sdk", tmp_path, CC="false", CXX="false")
    assert "peerloom/pairing/plain.py" in wheel
    assert not [name for name in wheel if "_core" in name]


def test_the_tool_s_package_has_more_than_python():
    kinds = {path.suffix for path in tracked("lti_tool")}
    folders = {path.relative_to(ROOT / "lti_tool").parts[1] for path in tracked("lti_tool/*/*/*")}
    assert {".html", ".css", ".mo"} <= kinds
    assert {"templates", "static", "translations", "migrations"} <= folders


# --- examples in docstrings -----------------------------------------------------------------------


def modules() -> list[str]:
    """Give the names of all modules of both packages."""
    return [
        module.name
        for package in (peerloom, lti_tool)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        # Migrations run only under Alembic, and the compiled engine is a library for ctypes.
        if not re.search(r"\.migrations|\._core$|__main__$", module.name)
    ]


@pytest.mark.parametrize("name", ["peerloom", "lti_tool", *modules()])
def test_examples_in_docstrings_are_true(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_sdk_shows_how_to_use_it():
    finder = doctest.DocTestFinder()
    public = {name: getattr(peerloom, name) for name in peerloom.__all__}
    shown = {
        name
        for name, thing in public.items()
        if callable(thing) and any(test.examples for test in finder.find(thing, name))
    }
    assert {"common_minutes", "pair", "propose_slots"} <= shown
