"""Policies of one's own, as TOML or JSON."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from peerloom.errors import PolicyFileError, Problem
from peerloom.formats.tables import read_text
from peerloom.policy import Policy
from peerloom.schemas import PolicySchema, problems_by_key


def read_policy(path: str | os.PathLike[str]) -> Policy:
    """Read a policy from a TOML file, or from a JSON file when its name ends in ``.json``.

    ``preset = "meetup"`` takes everything that the file does not say from that preset. The name of
    a policy without one is the name of its file.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    PolicyFileError
        With every problem of the file at once.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise PolicyFileError(file.name, [text])
    kind = "JSON" if file.suffix.casefold() == ".json" else "TOML"
    try:
        data: Any = json.loads(text) if kind == "JSON" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problem = Problem(expected=kind, found=str(error), is_literal=False)
        raise PolicyFileError(file.name, [problem]) from None
    try:
        if isinstance(data, Mapping):
            data = {"name": file.stem, **data}
        policy: Policy = PolicySchema().load(data)
    except ValidationError as error:
        problems = problems_by_key(error, lambda key: _found(data, key))
        raise PolicyFileError(file.name, problems) from None
    return policy


def _found(data: Any, key: str) -> str:
    """Show what a file says for a key, or what it is instead of keys with values."""
    if not isinstance(data, Mapping):
        return type(data).__name__
    return json.dumps(data[key], default=str) if key in data else "nothing"
