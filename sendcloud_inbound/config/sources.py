"""Where settings come from: config file, environment, command line.

Each source gives nested tables and tells, for every value, which it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import TYPE_CHECKING, Any

from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from sendcloud_inbound.config import complaints
from sendcloud_inbound.config.names import PREFIX, dotted, environment_name, nearest
from sendcloud_inbound.config.settings import FIELDS, SETTINGS, Settings
from sendcloud_inbound.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic.fields import FieldInfo

CONFIG = PREFIX + "CONFIG"
_LEAVES = {environment_name(name): name for name in SETTINGS}
_SECRETS = {f"{name}_FILE": name for name, leaf in _LEAVES.items() if not FIELDS[leaf].repr}
_KNOWN = [name.removeprefix(PREFIX) for name in (*_LEAVES, *_SECRETS, CONFIG)]

_JSON_FORM = 'give [{"api_user": "...", "api_key": "..."}]'

_KUBERNETES = re.compile(
    r"(?:.*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.*)?|PORT_\d+_[A-Z]+(?:_[A-Z]+)?)"
)
"""What Kubernetes puts into every container for a Service named `sendcloud-inbound`."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one source gives."""

    values: dict[str, Any]
    origins: dict[str, str]
    """By dotted name."""


def from_command_line(options: Mapping[str, Any]) -> Given:
    """Take the options that were given; None is one that was not."""
    values = _without_none(options)
    return Given(values, dict.fromkeys(dotted(values), complaints.COMMAND_LINE))


def _without_none(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_none(value) if isinstance(value, dict) else value
        for name, value in options.items()
        if value is not None
    }


def from_config_file(path: Path | None, environ: Mapping[str, str]) -> Given:
    """Read the TOML file of the command line, else the one that the environment names, if any."""
    if path:
        return _from_file(path, "--config")
    named = _ours(environ).get(CONFIG)
    return _from_file(Path(named), CONFIG) if named else Given({}, {})


def _from_file(path: Path, named_by: str) -> Given:
    file = f"{complaints.FILE}{path}"
    try:
        if not path.is_file():  # else TomlConfigSettingsSource would take it for an empty one
            reason = "is not a file" if path.exists() else "does not exist"
            raise ConfigError(f"{file}, named by {named_by}, {reason}; give a TOML file")
        values = TomlConfigSettingsSource(Settings, toml_file=path)()
    except TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}; mend it there") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 from octet {error.start} on; save it so") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(f"{file}, named by {named_by}, cannot be read: {reason}") from error
    return Given(values, dict.fromkeys(dotted(values), file))


def from_environment(environ: Mapping[str, str]) -> Given:
    """Take the variables with our prefix; an empty one counts as absent."""
    variables = _ours(environ)
    _refuse_unknown(variables)
    plain, read_from = _with_files_read({n: v for n, v in variables.items() if v and n != CONFIG})
    origins = {_LEAVES[name]: complaints.ENVIRONMENT + read_from.get(name, name) for name in plain}
    return Given(_Environment(plain, origins)(), origins)


def _ours(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are meant for this program, with their names in capitals."""
    upper = {name.upper(): value for name, value in environ.items()}
    return {
        name: value
        for name, value in upper.items()
        if name.startswith(PREFIX) and not _is_of_kubernetes(name.removeprefix(PREFIX), value)
    }


def _is_of_kubernetes(name: str, value: str) -> bool:
    address = name.endswith("PORT") and re.match(r"(?:tcp|udp|sctp)://", value) is not None
    return address or _KUBERNETES.fullmatch(name) is not None


def _refuse_unknown(variables: Iterable[str]) -> None:
    wrong = [name for name in variables if name.removeprefix(PREFIX) not in _KNOWN]
    if wrong:
        raise ConfigError("\n".join(_unknown_line(name) for name in wrong))


def _unknown_line(name: str) -> str:
    meant = nearest(name.removeprefix(PREFIX), _KNOWN, "__")
    return complaints.unknown(name, " in the environment", meant and PREFIX + meant)


def _with_files_read(variables: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the variables with each NAME_FILE as NAME, and which NAME came from which."""
    plain = {name: value for name, value in variables.items() if name not in _SECRETS}
    read_from = {}
    for file_name in [name for name in variables if name in _SECRETS]:
        name = _SECRETS[file_name]
        if name in plain:
            raise ConfigError(f"{name} and {file_name} are both in the environment; keep one")
        plain[name] = _secret(file_name, Path(variables[file_name]))
        read_from[name] = file_name
    return plain, read_from


def _secret(file_name: str, path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(
            f"{file_name}: {path} cannot be read: {reason}; give a text file"
        ) from error
    if not secret:
        raise ConfigError(f"{file_name}: {path} is empty; write the value into it")
    return secret


class _Environment(EnvSettingsSource):
    """pydantic-settings' own reading of variables, from a mapping instead of `os.environ`."""

    def __init__(self, variables: Mapping[str, str], origins: Mapping[str, str]) -> None:
        super().__init__(Settings, case_sensitive=False)
        self.env_vars = {name.lower(): value for name, value in variables.items()}
        self._origins = origins

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401 - as the base has it
        """Decode JSON: the accounts."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError as error:
            place = complaints.where(self._origins[field_name])
            raise ConfigError(f"{field_name}{place} is not JSON: {error}; {_JSON_FORM}") from error
