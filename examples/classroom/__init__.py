"""The classroom: a small, honest LMS to try an LTI 1.3 Advantage tool in.

It is another party: nothing here imports the tool or the SDK. It holds everything in memory.
"""

from __future__ import annotations

from examples.classroom.app import create_classroom
from examples.classroom.config import ClassroomConfig

__all__ = ["ClassroomConfig", "create_classroom"]
