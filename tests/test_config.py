"""Settings from the environment: what is wrong is named by its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from lti_tool.config import Config, ConfigError

URL = {"PEERLOOM_URL": "https://peerloom.example.edu"}


def test_every_setting_can_be_given(tmp_path: Path) -> None:
    authorities = tmp_path / "school.pem"
    authorities.touch()
    found = Config.from_environment(
        {
            "PEERLOOM_URL": "https://peerloom.example.edu:8443/",
            "PEERLOOM_DATA": str(tmp_path),
            "PEERLOOM_DATABASE": "postgresql://db/peerloom",
            "PEERLOOM_SECRET": "s" * 32,
            "PEERLOOM_DEVELOPMENT": "Yes",
            "PEERLOOM_PROXIES": "2",
            "PEERLOOM_AUTHORITIES": str(authorities),
            "PATH": "/bin",
        }
    )
    assert found == Config(
        url="https://peerloom.example.edu:8443",
        data=tmp_path,
        database="postgresql://db/peerloom",
        secret="s" * 32,
        development=True,
        proxies=2,
        authorities=authorities,
    )
    assert found.is_secure


def test_the_database_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    found = Config.from_environment({**URL, "PEERLOOM_DATA": str(tmp_path)})
    assert found.database == f"sqlite:///{tmp_path.resolve()}/peerloom.sqlite3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "peerloom.example.edu"),
        ("URL", "ftp://peerloom.example.edu"),
        ("URL", "https://peerloom.example.edu/below"),
        ("URL", "http://peerloom.example.edu"),
        ("URL", "https://["),
        ("URL", "https://peerloom.example.edu:port"),
        ("SECRET", "too short"),
        ("DEVELOPMENT", "perhaps"),
        ("PROXIES", "-1"),
        ("PROXIES", "one"),
        ("AUTHORITIES", "/no/such/file.pem"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"PEERLOOM_{name}"):
        Config.from_environment({**URL, f"PEERLOOM_{name}": value})


def test_http_is_for_development_only() -> None:
    found = Config.from_environment({"PEERLOOM_DEVELOPMENT": "1"})
    assert found.url == "http://127.0.0.1:5000"
    assert not found.is_secure
