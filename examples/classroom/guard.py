"""Run a command for as long as somebody holds our standard input open.

The demo starts each process of the tool through this script. However the demo ends, by Ctrl-C, by
an error or by ``kill -9``, its end of the pipe closes, and the process ends, too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

PATIENCE = 10
"""Seconds that the process has to end in order."""


def main(command: list[str]) -> None:
    """Run the command until it ends or standard input does."""
    # Started in the background of a script we ignore Ctrl-C, and so would the process.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def follow() -> None:
        # The reading thread cannot be woken up, so we leave without it.
        os._exit(process.wait() & 0xFF)

    threading.Thread(target=follow, daemon=True).start()
    sys.stdin.buffer.read()
    # A quick but orderly end, for a server as for a worker.
    process.send_signal(signal.SIGINT)
    threading.Event().wait(PATIENCE)
    # Everything that it started is in this group, and so are we.
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
