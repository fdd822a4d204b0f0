"""How far a pairing has come, and when it is to stop."""

from __future__ import annotations

import enum
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from peerloom.pairing import progress as engine


class Stage(enum.StrEnum):
    """What a pairing is busy with."""

    GROUPING = "grouping"
    RELAXING = "relaxing"
    PLANNING = "planning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a pairing has come.

    Parameters
    ----------
    stage
        What it is busy with: grouping everybody, looking for the smallest exceptions from rules, or
        planning one round after the other.
    score
        What the best groups so far are worth; None while there are none.
    upper_bound
        No groups are worth more that have as few repeats as those.
    rounds
        While rounds are planned: how many there are so far. The score and its bound are their sums.

    Examples
    --------
    >>> Progress(stage=Stage.GROUPING, score=990, upper_bound=1000).gap
    0.01
    """

    stage: Stage
    score: int | None
    upper_bound: int
    rounds: int = 0

    @property
    def gap(self) -> float:
        """How far the score may be from the best: 0.0 is proven best; 1.0 without groups."""
        if self.score is None:
            return 1.0
        return (self.upper_bound - self.score) / self.upper_bound if self.upper_bound else 0.0


OnProgress: TypeAlias = Callable[[Progress], bool | None]
"""Called now and then. True asks to stop and give the best that has been found."""


class Watch:
    """Tells somebody how far it has come, and says when to stop.

    Parameters
    ----------
    on_progress
        Whom to tell; None for nobody.
    time_limit
        Stop after so many seconds; None for never.
    clock
        Gives a time in seconds that never goes back.

    Raises
    ------
    ValueError
        For a limit that is no number of seconds from zero up.
    """

    def __init__(
        self,
        on_progress: OnProgress | None = None,
        *,
        time_limit: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._clock = clock
        self._ends_at = None if time_limit is None else clock() + _seconds(time_limit)
        self.is_stopped = False

    @property
    def seconds_left(self) -> float | None:
        """How many seconds are left; None where there is no limit."""
        return None if self._ends_at is None else max(0.0, self._ends_at - self._clock())

    def stopper(self) -> engine.OnProgress | None:
        """Give what the engine is to call where nobody is told, but the time is limited."""
        if self._ends_at is None:
            return None
        return lambda _: self.seconds_left == 0

    def teller(self, stage: Stage, *, beside: int = 0) -> engine.OnProgress | None:
        """Give what the engine is to call.

        Parameters
        ----------
        stage
            What the engine is busy with.
        beside
            What groups are worth that the engine does not see.
        """
        if self._on_progress is None and self._ends_at is None:
            return None

        def tell(state: engine.Progress) -> bool:
            score = None if state.total < 0 else state.total + beside
            return self.tell(
                Progress(stage=stage, score=score, upper_bound=state.upper_bound + beside)
            )

        return tell

    def tell(self, progress: Progress) -> bool:
        """Pass it on, and answer whether to stop; once asked to stop it stays so."""
        if self._on_progress is not None and not self.is_stopped:
            self.is_stopped = self._on_progress(progress) is True
        if self._ends_at is not None and self._clock() >= self._ends_at:
            self.is_stopped = True
        return self.is_stopped


class ScoreTeller:
    """Turns what the engine says about weights into what it means for scores.

    Parameters
    ----------
    progress
        Whom to tell.
    highest
        No score is higher.
    unit
        The engine takes off a multiple of it for penalties; every score is lower. 0 for no
        penalties.
    """

    def __init__(self, progress: engine.OnProgress, highest: int, unit: int) -> None:
        self._progress = progress
        self._highest = highest
        self._unit = unit
        self._last = engine.Progress(-1, highest)

    def __call__(self, state: engine.Progress) -> bool:
        """Tell the score of the best groups so far, and its bound."""
        if state.total == -1:
            self._last = engine.Progress(-1, self._highest)
        else:
            score = state.total % self._unit if self._unit else state.total
            bound = min(self._highest, state.upper_bound - state.total + score)
            self._last = engine.Progress(score, max(score, bound))
        return bool(self._progress(self._last))

    def nothing_new(self, state: engine.Progress) -> bool:
        """Tell what was told last: this run is about something else."""
        return bool(self._progress(self._last))


def _seconds(limit: object) -> float:
    """Check a time limit; more seconds than a number holds are no limit."""
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 0:
        raise ValueError(f"a time limit is a number of seconds from zero up, not {limit!r}")
    return float(min(limit, sys.maxsize))
