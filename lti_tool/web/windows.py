"""How often each address has called: counts in the memory of this process, for Flask-Limiter."""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

_BETWEEN_SWEEPS = 60.0
"""Seconds between two looks for windows that are over."""


class WindowStorage(Storage):
    """Fixed windows in memory.

    That of `limits` itself looks at all windows, in a thread that it starts for it, a hundred times
    a second: with a few thousand addresses in the last minute it does little else.
    """

    STORAGE_SCHEME = ["peerloom-windows"]  # noqa: RUF012  # by which `limits` finds it

    def __init__(self, uri: str | None = None, **_: str) -> None:
        super().__init__(uri)
        self._windows: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._next_sweep = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing here fails by itself."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count into the window of a key, or begin one of `expiry` seconds."""
        now = time.time()
        with self._lock:
            if now >= self._next_sweep:
                self._next_sweep = now + _BETWEEN_SWEEPS
                self._windows = {one: two for one, two in self._windows.items() if two[1] > now}
            count, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._windows[key] = count + amount, ends
            return count + amount

    def get(self, key: str) -> int:
        """Tell the count of a key's window; 0 where none is open."""
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Tell when the window of a key ends; now where none is open."""
        now = time.time()
        return max(self._windows.get(key, (0, now))[1], now)

    def check(self) -> bool:
        """Tell that it works."""
        return True

    def reset(self) -> int | None:
        """Forget everything, and tell how many windows that were."""
        with self._lock:
            count = len(self._windows)
            self._windows = {}
        return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._windows.pop(key, None)
