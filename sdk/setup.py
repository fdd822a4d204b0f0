"""Builds the compiled engine where there is a C++ compiler; all else is in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

CORE = Path("peerloom/pairing/core")


class BuildCore(build_ext):
    """Builds a plain library: it is loaded with ctypes and knows nothing of Python."""

    def build_extension(self, ext: Extension) -> None:
        """Compile with the options of the compiler that was found."""
        if self.compiler.compiler_type == "msvc":
            ext.extra_compile_args = ["/O2", "/std:c++17", "/EHsc"]
        else:
            ext.extra_compile_args = ["-std=c++17", "-O3", "-fvisibility=hidden", "-pthread"]
            ext.extra_link_args = ["-pthread"]
        super().build_extension(ext)

    def get_export_symbols(self, ext: Extension) -> list[str]:
        """Name no symbol of Python's: the library says itself what it exports."""
        return ext.export_symbols


setup(
    cmdclass={"build_ext": BuildCore},
    ext_modules=[
        Extension(
            "peerloom.pairing._core",
            sources=[str(CORE / "core.cpp")],
            depends=[str(path) for path in sorted(CORE.glob("*.hpp"))],
            language="c++",
            py_limited_api=True,
            # Without a compiler the package is whole, too: the plain engine runs.
            optional=True,
        )
    ],
    # One wheel for every version of Python.
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
