"""What `import peerloom` offers, and what it does not load."""

from __future__ import annotations

import subprocess
import sys
from inspect import ismodule

import pytest

import peerloom


@pytest.mark.parametrize("name", peerloom.__all__)
def test_each_public_name_is_there_with_its_text(name):
    found = getattr(peerloom, name)
    assert name in dir(peerloom)
    if callable(found) or ismodule(found):
        assert found.__doc__


def test_what_is_not_there_is_said():
    with pytest.raises(AttributeError, match="pear"):
        _ = peerloom.pear


def test_the_import_alone_loads_nothing_heavy():
    program = "import sys, peerloom; print('numpy' in sys.modules, 'marshmallow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.split() == [b"False", b"False"]


def test_pairing_loads_nothing_that_reads_files():
    program = "import sys, peerloom; peerloom.pair; print('marshmallow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.split() == [b"False"]
