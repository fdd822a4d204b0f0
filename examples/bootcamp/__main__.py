"""Run the course and tell it: ``python -m examples.bootcamp``, with a new file to keep it in."""

from __future__ import annotations

from examples.bootcamp.course import weeks
from examples.bootcamp.story import tell
from examples.telling import file_named, keep, run


def main(arguments: list[str]) -> int:
    """Print the story, and keep the programme where somebody names a file."""
    path = file_named(arguments, "python -m examples.bootcamp", "Twelve weeks of a bootcamp, told.")
    return keep(tell(tuple(weeks())), path)


if __name__ == "__main__":
    run(main)
