"""Run the season and tell it: ``python -m examples.meetup``, with a new file to keep it in."""

from __future__ import annotations

from examples.meetup.season import months
from examples.meetup.story import tell
from examples.telling import file_named, keep, run


def main(arguments: list[str]) -> int:
    """Print the story, and keep the programme where somebody names a file."""
    path = file_named(arguments, "python -m examples.meetup", "Half a year of a meetup, told.")
    return keep(tell(tuple(months())), path)


if __name__ == "__main__":
    run(main)
