"""``python -m peerloom`` is the same as ``peerloom``."""

from peerloom.cli import main

main(prog_name="peerloom")
