"""The compiled engine under the address and undefined-behaviour sanitizers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import peerloom.pairing

CORE = Path(peerloom.pairing.__file__).parent / "core" / "core.cpp"
COMPILER = shutil.which("g++")
OPTIONS = ["-std=c++17", "-O1", "-g", "-shared", "-fPIC", "-pthread"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
RUN = Path(__file__).with_name("run_sanitized.py")

pytestmark = pytest.mark.skipif(
    (COMPILER is None or sys.platform != "linux") and "CI" not in os.environ,
    reason="there is no g++ here",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the instances with a library that is built with some more options."""
    library = tmp_path_factory.mktemp("core") / "core.so"
    built = subprocess.run(
        [COMPILER, *OPTIONS, *SANITIZERS, str(CORE), "-o", str(library)], check=False
    )
    assert built.returncode == 0
    runtimes = [
        subprocess.run(
            [COMPILER, f"-print-file-name={name}"], check=True, capture_output=True, text=True
        ).stdout.strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    environment = os.environ | {
        "LD_PRELOAD": " ".join(runtimes),
        # Python itself keeps what it has until the end.
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
    }

    def run(*arguments):
        return subprocess.run(
            [sys.executable, str(RUN), str(library), *arguments],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )

    return run


def test_no_step_of_the_engine_is_undefined(run):
    answer = run()
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "all instances agree\n"


def test_a_read_beyond_the_end_would_be_seen(run):
    answer = run("--beyond")
    assert answer.returncode != 0
    assert "AddressSanitizer" in answer.stderr
