"""Whole launches: login, fresh RS256 token, launch, first page; all on one core of one machine.

The peer is PyLTI1p3, the library most Python tools are built on, though no longer kept. What is
aimed at: 2.5 times as many launches as it does with Redis, 4 times with files, and half of what
two Flask requests that do nothing allow. Figures are printed, never asserted.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import pytest

SHAPES = [(1, 8), pytest.param(2, 4, marks=pytest.mark.measured)]


@pytest.mark.skipif(find_spec("pylti1p3") is None, reason="PyLTI1p3 is in the group `benchmark`")
@pytest.mark.parametrize(("workers", "threads"), SHAPES)
def test_launches(workers, threads, races, contestant, tools, redis_server):
    count = 200 if races.is_measured else 8
    makers = {"Peerloom": tools.peerloom, "PyLTI1p3, files": tools.pylti1p3_with_files}
    if redis_server is not None:
        with_redis = partial(tools.pylti1p3_with_redis, program=redis_server)
        makers["PyLTI1p3, Redis"] = with_redis
    makers["two bare requests"] = tools.bare_flask
    found = {name: make(workers, threads) for name, make in makers.items()}

    def all_came_in(good):
        assert good == count

    racers = [
        contestant(
            name,
            lambda tool=tool: partial(tool.launch, count),
            all_came_in,
            is_ours=name == "Peerloom",
        )
        for name, tool in found.items()
    ]
    races.run(f"{count} launches, {workers} x {threads} threads on one core", racers)
    for racer in racers:
        tool = found[racer.name]
        used = 1000 * tool.used / tool.launches
        races.note(f"{racer.name}: {count / racer.median:.0f}/s, {used:.2f} ms CPU for each")
