"""Importing the package in a fresh Python: how long it takes, and how much memory."""

from __future__ import annotations

import os
import subprocess
import sys


def test_import(races, contestant, fresh, tmp_path):
    # With compiled files, as after the first start; the first round writes them.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def starting(program):
        command = [sys.executable, "-c", program]
        return lambda: lambda: subprocess.run(command, check=True, env=environment)

    def check(answer):
        assert answer.returncode == 0

    def run(name, program, **more):
        return contestant(name, starting(program), check, **more)

    python = run("Python alone", "pass", is_ours=True)
    numpy = run("import numpy", "import numpy")
    peerloom = run("import peerloom", "import peerloom")
    pair = run("from peerloom import pair", "from peerloom import pair")
    races.run("a fresh Python", [python, numpy, peerloom, pair])
    for runner in (peerloom, pair, numpy):
        races.note(f"{runner.name} takes {1000 * (runner.median - python.median):.0f} ms")
    (_, bare), (_, full) = fresh("pass"), fresh("from peerloom import pair")
    races.note(f"memory: {full} MiB, of which Python {bare} MiB")
    assert bare < full
