"""Races: every contestant in turn, round after round, in one process on one machine.

``tox run -e benchmarks`` measures and prints a table for each race. An ordinary test run does each
small race once, only to see that all contestants still give the same answer: no race ever
fails for being slow. ``--slow`` adds contestants and sizes that take minutes, ``-k`` picks some.

What has no contestant but a limit, as in `programme/`, is timed by pytest-benchmark, and only with
``--measure``.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

import pytest

SLOW = "takes minutes: only with --slow"
MEASURED = "too large for an ordinary test run: only with --measure"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("races")
    group.addoption("--measure", action="store_true", help="measure, and print the tables")
    group.addoption("--slow", action="store_true", help="measure what takes minutes, too")
    group.addoption("--rounds", type=int, default=7, help="timings of each contestant (7)")
    group.addoption(
        "--patience",
        type=float,
        default=20,
        help="seconds after which a contestant gets no further round (20)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"measured: {MEASURED}")
    config.addinivalue_line("markers", f"slow: {SLOW}")
    config.addinivalue_line("markers", "benchmark: said again, for runs without pytest-benchmark")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, without a word for each, what was not asked for."""
    slow = bool(config.getoption("slow", False))
    measured = slow or bool(config.getoption("measure", False))
    asked = {"slow": slow, "measured": measured}
    dropped = [
        item
        for item in items
        if any(item.get_closest_marker(name) and not asked[name] for name in asked)
    ]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]


@dataclass
class Contestant:
    """Somebody in a race.

    Parameters
    ----------
    name
        As in the table.
    prepare
        Builds what the contestant needs and gives the function that is timed.
    check
        Looks at each answer and fails if it is wrong; never timed.
    is_ours
        Whether the others are compared with it.
    remark
        What the table says beside the times.
    """

    name: str
    prepare: Callable[[], Callable[[], Any]]
    check: Callable[[Any], None]
    is_ours: bool = False
    remark: str = ""
    seconds: list[float] = field(default_factory=list)
    building: float = 0.0

    @property
    def timings(self) -> list[float]:
        """All rounds but the first, which warms up, unless it is the only one."""
        return sorted(self.seconds[1:] or self.seconds)

    @property
    def median(self) -> float:
        return median(self.timings)


class Races:
    """Runs races and keeps their tables for the end of the test run."""

    def __init__(self, config: pytest.Config) -> None:
        self.is_slow = bool(config.getoption("slow", False))
        self.is_measured = self.is_slow or bool(config.getoption("measure", False))
        self._rounds = int(config.getoption("rounds", 7)) if self.is_measured else 0
        self._patience = float(config.getoption("patience", 20))
        self._tables: list[str] = config.stash.setdefault(TABLES, [])

    def run(self, title: str, contestants: Sequence[Contestant]) -> None:
        """Time each contestant in turn, again and again; check every answer."""
        solvers = []
        for contestant in contestants:
            started = perf_counter()
            solvers.append((contestant, contestant.prepare()))
            contestant.building = perf_counter() - started
        for _ in range(1 + self._rounds):
            for contestant, solve in solvers:
                if contestant.seconds and sum(contestant.seconds) > self._patience:
                    continue
                gc.collect()
                gc.disable()
                try:
                    started = perf_counter()
                    answer = solve()
                    contestant.seconds.append(perf_counter() - started)
                finally:
                    gc.enable()
                contestant.check(answer)
        self._tables.append(table(title, contestants))

    def line(self, text: str) -> None:
        """Add what is no race."""
        self._tables.append(f"{text}\n")

    def note(self, line: str) -> None:
        """Add a line below the last table."""
        self._tables[-1] += f"    {line}\n"


TABLES = pytest.StashKey[list[str]]()


def shown(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:.3g} ms"
    return f"{seconds:.3g} s"


def ratio(other: float, own: float) -> str:
    return f"x{other / own:,.3g}" if other < 100 * own else f"x{other / own:,.0f}"


def table(title: str, contestants: Sequence[Contestant]) -> str:
    """Lay out one race: median, spread, and everybody beside each of our engines."""
    ours = [contestant for contestant in contestants if contestant.is_ours]
    head = ["", "median", "min .. max", "n", "building"]
    head += [f"/ {own.name}" for own in ours] + ["with building", ""]
    rows = [head]
    for contestant in contestants:
        times = contestant.timings
        rows.append(
            [
                contestant.name,
                shown(contestant.median),
                f"{shown(times[0])} .. {shown(times[-1])}",
                str(len(times)),
                shown(contestant.building) if contestant.building >= 5e-4 else "",
                *(ratio(contestant.median, own.median) for own in ours),
                ratio(contestant.median + contestant.building, ours[0].median + ours[0].building)
                if ours
                else "",
                contestant.remark,
            ]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [title]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        lines.append("  " + "  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines) + "\n"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not (config.getoption("measure", False) or config.getoption("slow", False)):
        return
    terminalreporter.section("races: seconds, and how many times as long as ours")
    for text in config.stash.get(TABLES, []):
        terminalreporter.write_line(text)


@pytest.fixture(scope="session")
def races(pytestconfig: pytest.Config) -> Races:
    return Races(pytestconfig)


@pytest.fixture(scope="session")
def contestant() -> type[Contestant]:
    return Contestant


# The kernel's own high-water mark of this program. `getrusage` would begin with what the process
# that started it used, because Linux hands that down.
PEAK = """
from pathlib import Path
lines = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024)
"""


@pytest.fixture(scope="session")
def fresh() -> Callable[[str], tuple[list[str], int]]:
    """Run a program in a fresh Python; give its words and its largest resident memory, in MiB."""

    def run(program: str) -> tuple[list[str], int]:
        command = [sys.executable, "-c", program + PEAK]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        *words, peak = answer.stdout.split()
        return words, int(peak)

    if not sys.platform.startswith("linux"):
        pytest.skip("peak memory is read where Linux shows it")
    return run
