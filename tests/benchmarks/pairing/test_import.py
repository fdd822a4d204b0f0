"""`import peerloom`: how long it takes in a fresh Python, and how much memory."""

from __future__ import annotations

import subprocess
import sys


def test_import(races, contestant, peak_memory):
    def starting(program):
        command = [sys.executable, "-c", program]
        return lambda: lambda: subprocess.run(command, check=True)

    def check(answer):
        assert answer.returncode == 0

    def run(name, program, **more):
        return contestant(name, starting(program), check, **more)

    python = run("Python alone", "pass", is_ours=True)
    numpy = run("import numpy", "import numpy")
    peerloom = run("import peerloom", "import peerloom")
    races.run("a fresh Python", [python, numpy, peerloom])
    own, of_numpy = (1000 * (runner.median - python.median) for runner in (peerloom, numpy))
    races.note(f"import peerloom takes {own:.0f} ms, of which NumPy {of_numpy:.0f} ms")
    bare, full = peak_memory("pass"), peak_memory("import peerloom")
    races.note(f"memory: {full} MiB, of which Python {bare} MiB")
    assert bare < full
