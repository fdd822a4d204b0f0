"""Create the environment in which Open edX's platform code runs: `environment.py FOLDER`.

Silent where the folder is already made from the same requirements by the same Python.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def interpreter(folder: Path) -> Path:
    """Give the Python of the environment in `folder`."""
    windows = sys.platform == "win32"
    return folder / ("Scripts/python.exe" if windows else "bin/python")


def create(folder: Path) -> None:
    """Make the environment in `folder`, unless it is there and fresh."""
    recipe = REQUIREMENTS.read_bytes() + sys.version.encode()
    fingerprint = hashlib.sha256(recipe).hexdigest()
    stamp = folder / "peerloom-recipe"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    install = ["-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([interpreter(folder), *install, "-r", REQUIREMENTS], check=True)
    # Last, so that an installation that was interrupted is made anew.
    stamp.write_text(fingerprint)


if __name__ == "__main__":
    create(Path(sys.argv[1]))
