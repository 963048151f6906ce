"""The example config file is true: all settings, their defaults, their descriptions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sendcloud_inbound.config import Settings, load
from sendcloud_inbound.config.names import dotted, model_in
from sendcloud_inbound.config.settings import FIELDS

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SETTING = re.compile(r"^#(?=\w+ = |\[)", re.MULTILINE)
"""A setting or table that is commented out; a remark has a blank after its `#`."""


def uncommented() -> str:
    """Return the example with every setting in force."""
    return SETTING.sub("", EXAMPLE.read_text(encoding="utf-8"))


def values() -> dict[str, Any]:
    """Return the example's values, those of the one account as if it were a section."""
    table = tomllib.loads(uncommented())
    (table["accounts"],) = table["accounts"]
    return table


@pytest.mark.parametrize("text", [EXAMPLE.read_text(encoding="utf-8"), uncommented()])
def test_example_is_the_defaults(tmp_path: Path, text: str) -> None:
    """As it is, and with everything uncommented, it loads and changes nothing."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert load(config_file=path, environ={}).settings == Settings.from_mapping({})


def test_example_names_every_setting_and_no_other() -> None:
    """Its names are exactly those of the settings, in their order."""
    known = [name for name, field in FIELDS.items() if model_in(field) is None]
    assert list(dotted(values())) == known


def test_example_says_of_each_setting_what_its_description_says() -> None:
    """The remark above each setting is the setting's description, word for word."""
    remarks: dict[str, str] = {}
    section = remark = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if header := re.match(r"#?\[+(\w+)\]+$", line):
            section = header[1] + "."
            remarks[header[1]], remark = remark, ""
        elif setting := re.match(r"#(\w+) = ", line):
            remarks[section + setting[1]], remark = remark, ""
        else:
            remark = f"{remark} {line.removeprefix('#').strip()}".strip() if line else ""
    described = {name: field.description for name, field in FIELDS.items() if field.description}
    assert {name: remark for name, remark in remarks.items() if remark} == described


def test_example_fits_the_screen() -> None:
    """No line is longer than the code's."""
    assert all(len(line) <= 100 for line in EXAMPLE.read_text(encoding="utf-8").splitlines())
