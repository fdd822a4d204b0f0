"""Run the season and tell it: ``python -m examples.meetup``, with a file to keep it in."""

from __future__ import annotations

import sys

from examples.meetup.season import months
from examples.meetup.story import tell
from examples.telling import keep


def main(arguments: list[str]) -> int:
    """Print the story, and keep the programme where somebody names a file."""
    programme = tell(tuple(months()))
    return keep(programme, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
