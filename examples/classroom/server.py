"""Serve an app from a thread: good for an example and for tests, for nothing else."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

_HOST = "127.0.0.1"


def listen(port: int = 0) -> socket.socket:
    """Take a port, so that the address is known before the app is made.

    Parameters
    ----------
    port
        Which; 0 takes a free one. It is in ``getsockname()[1]``.

    Raises
    ------
    OSError
        If the port is taken.
    """
    return socket.create_server((_HOST, port))


@contextmanager
def serving(app: Flask, listener: socket.socket) -> Iterator[int]:
    """Serve an app on a socket from `listen` while the block runs; give the port."""
    # One line for each request would bury what the demo has to say.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    port = listener.getsockname()[1]
    with listener:
        server = make_server(_HOST, port, app, threaded=True, fd=listener.fileno())
    # It looks that often, in seconds, whether it shall end.
    run = {"poll_interval": 0.05}
    thread = threading.Thread(target=server.serve_forever, kwargs=run, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
