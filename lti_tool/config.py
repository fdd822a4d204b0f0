"""Every setting of the tool: its environment variable, type, default and reason."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


class ConfigError(ValueError):
    """A setting that cannot be used, named by its environment variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one running tool.

    Parameters
    ----------
    url
        ``PEERLOOM_URL``: where browsers reach the tool. Redirect addresses are built from it and
        never from the ``Host`` header, which a stranger can choose.
    data
        ``PEERLOOM_DATA``: the folder of the SQLite file and of the secret, where none is given.
    database
        ``PEERLOOM_DATABASE``: a SQLAlchemy address. Default: ``peerloom.sqlite3`` in `data`.
    secret
        ``PEERLOOM_SECRET``: at least 32 characters. It encrypts the signing keys at rest and signs
        form tokens. Default: made once and kept in `data`, readable by the owner only.
    development
        ``PEERLOOM_DEVELOPMENT``: also allow platforms on http and on this machine. Never in
        production: it lifts the guard against requests into a private network.
    proxies
        ``PEERLOOM_PROXIES``: how many reverse proxies stand in front and set ``X-Forwarded-*``.
    key_days
        ``PEERLOOM_KEY_DAYS``: after how many days the worker replaces the signing key; 0: never.
    authorities
        ``PEERLOOM_AUTHORITIES``: a PEM file of certificate authorities to trust for platforms,
        instead of the usual ones, where a school has its own.
    """

    url: str = "http://127.0.0.1:5000"
    data: Path = Path("data")
    database: str = ""
    secret: str = ""
    development: bool = False
    proxies: int = 0
    key_days: int = 90
    authorities: Path | None = None

    def __post_init__(self) -> None:
        parts = _read_address(self.url)
        if parts.scheme == "http" and not self.development:
            raise ConfigError("PEERLOOM_URL must start with https:// outside development")
        if self.secret and len(self.secret) < 32:
            raise ConfigError("PEERLOOM_SECRET must have at least 32 characters")
        if self.proxies < 0:
            raise ConfigError("PEERLOOM_PROXIES must not be negative")
        if not 0 <= self.key_days <= 3650:
            raise ConfigError("PEERLOOM_KEY_DAYS must be between 0 and 3650")
        if self.authorities is not None and not self.authorities.is_file():
            raise ConfigError(f"PEERLOOM_AUTHORITIES: there is no file {self.authorities}")
        object.__setattr__(self, "url", self.url.rstrip("/"))
        if not self.database:
            path = self.data.resolve() / "peerloom.sqlite3"
            object.__setattr__(self, "database", f"sqlite:///{path}")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the tool over https."""
        return self.url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings from ``PEERLOOM_*`` variables; the ones not set keep their default.

        Raises
        ------
        ConfigError
            For a value that cannot be used. The message names the variable.
        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = f"PEERLOOM_{field.name.upper()}"
            if name in environment:
                values[field.name] = _parse(name, str(field.type), environment[name])
        return cls(**values)


def _read_address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_clean = parts.port != 0 and bool(parts.hostname) and parts.path in {"", "/"}
    except ValueError:
        is_clean = False
    if not is_clean or parts.scheme not in {"http", "https"}:
        raise ConfigError(f"PEERLOOM_URL must look like https://peerloom.example.edu, not {url!r}")
    return parts


def _parse(name: str, kind: str, text: str) -> str | bool | int | Path:
    match kind:
        case "bool":
            if text.strip().lower() in _TRUE | _FALSE:
                return text.strip().lower() in _TRUE
            raise ConfigError(f"{name} must be yes or no, not {text!r}")
        case "int":
            if text.strip().isdecimal():
                return int(text)
            raise ConfigError(f"{name} must be a whole number, not {text!r}")
        case "Path" | "Path | None":
            return Path(text)
        case _:
            return text
