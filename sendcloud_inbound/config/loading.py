"""Put the settings together: command line before environment before config file before default."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.config import complaints, sources
from sendcloud_inbound.config.settings import SETTINGS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and where each was given."""

    settings: Settings
    origins: Mapping[str, str]
    """By dotted name: `default`, `config file PATH`, `environment NAME` or `command line`."""


def load(
    *,
    config_file: Path | None = None,
    command_line: Mapping[str, Any] | None = None,
    environ: Mapping[str, str],
) -> Loaded:
    """Read all sources.

    Args:
        config_file: Else the one that SENDCLOUD_INBOUND_CONFIG names, else none.
        command_line: Nested as the file is; None stands for an option that was not given.
        environ: The environment; only names with our prefix are looked at.

    Raises:
        ConfigError: A line for each mistake.
    """
    given = (
        sources.from_config_file(config_file, environ),
        sources.from_environment(environ),
        sources.from_command_line(command_line or {}),
    )
    origins: dict[str, str] = {}
    for source in given:
        origins |= source.origins
    values = reduce(_over, (source.values for source in given))
    return Loaded(
        Settings.from_mapping(values, origins),
        dict.fromkeys(SETTINGS, complaints.DEFAULT) | origins,
    )


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Lay tables over tables, the values of the upper ones hiding those of the lower."""
    merged = dict(below)
    for name, value in above.items():
        under = below.get(name, {})
        if isinstance(value, dict) and isinstance(under, dict):
            merged[name] = _over(under, value)
        elif not isinstance(value, dict):
            merged[name] = value
        # else a value stands where a table should: it stays, to be complained of
    return merged
