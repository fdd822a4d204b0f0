"""The secret of the installation: given by the operator, or made once and kept beside the data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from lti_tool.config import Config, ConfigError

_FILE = "secret"


def read_secret(config: Config) -> str:
    """Give the secret of `config`, or the one in its data folder, made when there is none.

    Two processes that start at once get the same secret: the file is written whole under another
    name and then linked, and only one link can be the first.

    Raises
    ------
    ConfigError
        If the data folder cannot be used or the file holds no secret.
    """
    if config.secret:
        return config.secret
    path = config.data / _FILE
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"PEERLOOM_DATA: the secret in {path} cannot be used: {error}") from error
    if len(secret) < 32:
        raise ConfigError(f"PEERLOOM_DATA: the secret in {path} is shorter than 32 characters")
    return secret


def _make_secret(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()
