"""What a person is told about wrong settings: one line each, naming setting, origin and remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.config import Settings, load
from sendcloud_inbound.config.complaints import _expectation
from sendcloud_inbound.config.settings import FIELDS
from sendcloud_inbound.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ENV = "SENDCLOUD_INBOUND_"
API_USER_FORM = (
    "is not an API_USER; give 6 to 32 letters, digits or _, or an address such as "
    "postmaster@example.sendcloud.org"
)
ACCOUNTS_FORM = (
    "the value is not a list of accounts; give [[accounts]] tables (in the environment a JSON "
    "list of objects) with api_user and api_key"
)
ROLE_FORM = (
    "is not a role; give a list of smtp, worker and http (in the environment with commas between)"
)
SECONDS = "is not a time in seconds; give a number of seconds"
HOST_FORM = "is not a host; give an IP address such as 127.0.0.1 or ::1, or a host name"
SEED_OF_MANY = (
    "messageIds do not repeat where several processes make them; set smtp.processes to 1, or "
    "leave the seed out"
)
NETWORK_FORM = (
    'is not a network; give addresses or networks such as ["10.0.0.0/8", "::1"] (in the '
    "environment with commas between)"
)
NO_PROXIES = "nobody would be believed; set smtp.proxy_trusted to the load balancers' networks"
STORE_FORM = (
    "the value is not the URL of a store; give sqlite:///PATH, sqlite:// or "
    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
)
LONG_WAY = "give postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
UNREADABLE = "the URL cannot be read; in a password write / as %2F, # as %23, ? as %3F, @ as %40"


def complaint_of_file(tmp_path: Path, text: str) -> list[str]:
    """Load a config file and return the lines of the refusal, its path shortened to F."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load(config_file=path, environ={})
    return str(refusal.value).replace(str(path), "F").split("\n")


def complaint_of_environment(environ: Mapping[str, str]) -> list[str]:
    """Load an environment and return the lines of the refusal."""
    with pytest.raises(ConfigError) as refusal:
        load(environ={ENV + name: value for name, value in environ.items()})
    return str(refusal.value).split("\n")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[smtp]\nport = 70000",
            "smtp.port in F: 70000 is not a port; give a number from 0 to 65535",
        ),
        ("[smtp]\nport = -1", "smtp.port in F: -1 is not a port; give a number from 0 to 65535"),
        (
            "[smtp]\nport = true",
            "smtp.port in F: true is not a port; give a number from 0 to 65535",
        ),
        (
            "[http]\nport = 'x'",
            'http.port in F: "x" is not a port; give a number from 0 to 65535',
        ),
        (
            "[smtp]\nhost = '127.0.0.256'",
            f'smtp.host in F: "127.0.0.256" {HOST_FORM}',
        ),
        (
            "[smtp]\nmax_message_bytes = 0",
            "smtp.max_message_bytes in F: 0 is not a count; give a whole number from 1 on",
        ),
        (
            "[smtp]\nmax_connections = 1.5",
            "smtp.max_connections in F: 1.5 is not a limit; give a whole number, 0 for no limit",
        ),
        (
            "[smtp]\nprocesses = 257",
            "smtp.processes in F: 257 is too large; give 256 at most",
        ),
        (
            "[worker]\nbatch_size = 1_000_000_000_001",
            "worker.batch_size in F: 1000000000001 is too large; give 1,000,000,000,000 at most",
        ),
        (
            "[events]\ndelay_s = 1e300",
            "events.delay_s in F: 1e+300 is too large; give 1,000,000,000 at most",
        ),
        (
            "[smtp]\nidle_timeout_s = 0",
            f"smtp.idle_timeout_s in F: 0 {SECONDS} above 0",
        ),
        (
            "[smtp]\nauth_failure_delay_s = inf",
            f"smtp.auth_failure_delay_s in F: Infinity {SECONDS}, 0 or more",
        ),
        (
            "[smtp]\ntls_cert = 5",
            "smtp.tls_cert in F: 5 is not a file; give the path of a PEM file",
        ),
        (
            "accounts_accept_any = 'maybe'",
            'accounts_accept_any in F: "maybe" is not a switch; give true or false',
        ),
        (
            "[ids]\nip = '::1'",
            'ids.ip in F: "::1" is not an IPv4 address; give one such as 10.10.127.51',
        ),
        (
            "[ids]\nseed = 1\n[smtp]\nprocesses = 2",
            f"ids.seed in F: {SEED_OF_MANY}",
        ),
        ("[ids]\nregion = 'us'", 'ids.region in F: "us" is not a region; give sc or sg'),
        ("[ids]\nseed = 'x'", 'ids.seed in F: "x" is not a number; give a whole number'),
        (
            "[mode]\nfidelity = 'strikt'",
            'mode.fidelity in F: "strikt" is not a fidelity; give faithful or strict',
        ),
        (
            "[log]\nlevel = 'trace'",
            'log.level in F: "trace" is not a log level; give debug, info, warning or error',
        ),
        (
            "[log]\nformat = 3",
            "log.format in F: 3 is not a log format; give auto, console or json",
        ),
        (
            "roles = ['smtp', 'wrk']",
            f'roles[1] in F: "wrk" {ROLE_FORM}',
        ),
        (
            "roles = []",
            f"roles in F: [] {ROLE_FORM}",
        ),
        (
            "smtp = 5",
            "smtp in F: 5 is not a section; give a table, [smtp] with its settings under it",
        ),
        (
            "[[accounts]]\napi_user = 'ben#12'\napi_key = 'k'",
            f'accounts[0].api_user in F: "ben#12" {API_USER_FORM}',
        ),
        (
            "[[accounts]]\napi_user = 'my user'\napi_key = 'k'",
            f'accounts[0].api_user in F: "my user" {API_USER_FORM}',
        ),
        (
            "[[accounts]]\napi_user = 'my_user'",
            "accounts[0].api_key in F: missing; give a text that is not empty",
        ),
        (
            "[[accounts]]\napi_user = 'my_user'\napi_key = 12345",
            "accounts[0].api_key in F: the value is not a key; give a text that is not empty",
        ),
        (
            "[[accounts]]\napi_user = 'my_user'\napi_key = ''",
            "accounts[0].api_key in F: the value is not a key; give a text that is not empty",
        ),
        ("[accounts]\napi_user = 'my_user'\napi_key = 'k'", f"accounts in F: {ACCOUNTS_FORM}"),
        ("accounts = []", f"accounts in F: {ACCOUNTS_FORM}"),
        (
            "[[accounts]]\napi_user = 'my_user'\napi_key = 'k'\n" * 2,
            "accounts in F: two accounts have the api_user my_user; give each its own",
        ),
        (
            "[smtp]\ntls_cert = 'c'",
            "smtp.tls_cert in F: a certificate without its key; set smtp.tls_key too",
        ),
        (
            "[smtp]\ntls_key = 'k'",
            "smtp.tls_key in F: a key without its certificate; set smtp.tls_cert too",
        ),
        (
            "[smtp]\nproxy_protocol = true",
            f"smtp.proxy_protocol in F: {NO_PROXIES}",
        ),
        (
            "[smtp]\nproxy_trusted = ['::1']",
            "smtp.proxy_trusted in F: networks without the protocol; set smtp.proxy_protocol",
        ),
        (
            "[smtp]\nproxy_protocol = true\nproxy_trusted = ['10.0.0.1/8']",
            f'smtp.proxy_trusted[0] in F: "10.0.0.1/8" {NETWORK_FORM}',
        ),
        (
            "[smtp]\nimplicit_tls_port = 0",
            "smtp.implicit_tls_port in F: TLS without a certificate; set smtp.tls_cert",
        ),
        (
            "x = \n",
            "config file F is not TOML: Invalid value (at line 1, column 5); mend it there",
        ),
    ],
)
def test_wrong_value_in_a_file(tmp_path: Path, text: str, complaint: str) -> None:
    """The line names the setting, the file, what is wrong and what to give."""
    assert complaint_of_file(tmp_path, text) == [complaint]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[smtp]\nprot = 1", "unknown setting smtp.prot in F; did you mean smtp.port?"),
        ("[smpt]\nport = 1", "unknown setting smpt in F; did you mean smtp?"),
        ("[SMTP]\nport = 1", "unknown setting SMTP in F; did you mean smtp?"),
        ("[smpt]", "unknown setting smpt in F; did you mean smtp?"),
        (
            "max_recipients = 1",
            "unknown setting max_recipients in F; did you mean smtp.max_recipients?",
        ),
        (
            "[http]\nmax_recipients = 1",
            "unknown setting http.max_recipients in F; did you mean smtp.max_recipients?",
        ),
        (
            "[[accounts]]\napi_user = 'my_user'\napi_key = 'k'\nuserid = 1",
            "unknown setting accounts[0].userid in F; did you mean accounts.user_id?",
        ),
        ("qqqqqq = 1", "unknown setting qqqqqq in F; config.example.toml lists all settings"),
        ("_env_file = 1", "unknown setting _env_file in F; config.example.toml lists all settings"),
    ],
)
def test_unknown_name_in_a_file(tmp_path: Path, text: str, complaint: str) -> None:
    """A name that no setting has is refused, with the one that was likely meant."""
    assert complaint_of_file(tmp_path, text) == [complaint]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SMPT__PORT", "SMTP__PORT"),
        ("SMTP_PORT", "SMTP__PORT"),
        ("LOG__LEVLE", "LOG__LEVEL"),
        ("ROLE", "ROLES"),
        ("ACCOUNT", "ACCOUNTS"),
        ("STORE__URL__FILE", "STORE__URL_FILE"),
        ("CONFIGURATION", "CONFIG"),
        ("PORT", "SMTP__PORT"),
    ],
)
def test_unknown_name_in_the_environment(name: str, meant: str) -> None:
    """A variable with our prefix that is none of ours is refused, with the nearest one."""
    assert complaint_of_environment({name: "1"}) == [
        f"unknown setting {ENV}{name} in the environment; did you mean {ENV}{meant}?"
    ]


def test_unknown_empty_variable_is_refused_too() -> None:
    """A misspelt name is one even while it has no value."""
    assert complaint_of_environment({"QQQQQQ": ""}) == [
        f"unknown setting {ENV}QQQQQQ in the environment; config.example.toml lists all settings"
    ]


def test_wrong_value_in_the_environment() -> None:
    """The line names the variable."""
    assert complaint_of_environment({"SMTP__PORT": "70000"}) == [
        f'smtp.port in {ENV}SMTP__PORT: "70000" is not a port; give a number from 0 to 65535'
    ]


def test_wrong_value_on_the_command_line() -> None:
    """The line says that it was the command line."""
    with pytest.raises(ConfigError) as refusal:
        load(environ={}, command_line={"http": {"port": 65536}})
    assert str(refusal.value) == (
        "http.port on the command line: 65536 is not a port; give a number from 0 to 65535"
    )


def test_wrong_value_without_any_origin() -> None:
    """A mapping of a test has no origin to name."""
    with pytest.raises(ConfigError, match=r"^smtp\.port: 65536 is not a port; "):
        Settings.from_mapping({"smtp": {"port": 65536}})


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    """Several mistakes are told at once, a line for each."""
    lines = complaint_of_file(tmp_path, "[smtp]\nport = -1\nprot = 1\n[log]\nlevel = 'x'")
    assert [line.split(" in F")[0] for line in lines] == [
        "smtp.port",
        "unknown setting smtp.prot",
        "log.level",
    ]


def test_value_where_a_section_should_be_is_not_hidden(tmp_path: Path) -> None:
    """`smtp = 5` in the file is told even when the environment sets something in that section."""
    path = tmp_path / "config.toml"
    path.write_text("smtp = 5")
    with pytest.raises(ConfigError, match=r"^smtp in /.*config\.toml: 5 is not a section; "):
        load(config_file=path, environ={ENV + "SMTP__PORT": "1"})


def test_long_value_is_shortened_and_controls_are_escaped(tmp_path: Path) -> None:
    """Whatever stands in a setting, its complaint is one line that fits a screen."""
    (line,) = complaint_of_file(tmp_path, '[log]\nlevel = "\\u001b\\n' + "x" * 500 + '"')
    assert line.isprintable()
    assert len(line) < 160


@given(st.text(), st.one_of(st.none(), st.integers(), st.text(), st.binary(), st.floats()))
def test_any_value_is_taken_or_complained_of_in_printable_lines(name: str, value: object) -> None:
    """No value and no name makes another error than ConfigError, or a line that cannot be read."""
    given_ = {"log": {"level": value}, "smtp": {"port": value, "host": value}, name: value}
    lines = []
    try:
        Settings.from_mapping(given_)
    except ConfigError as refusal:
        lines = str(refusal).split("\n")
    assert all(line.isprintable() for line in lines)


def test_every_setting_has_its_own_words() -> None:
    """Every setting says what it expects, and describes itself in a whole sentence."""
    for name, field in FIELDS.items():
        assert _expectation(field).form
        if "with its settings under it" not in _expectation(field).form:
            assert field.description, name
            assert field.description.endswith("."), name


# files


def test_missing_config_file(tmp_path: Path) -> None:
    """A file that is not there is named, with who asked for it."""
    path = tmp_path / "none.toml"
    with pytest.raises(ConfigError) as refusal:
        load(config_file=path, environ={})
    assert str(refusal.value) == (
        f"config file {path}, named by --config, does not exist; give a TOML file"
    )
    assert complaint_of_environment({"CONFIG": str(path)}) == [
        f"config file {path}, named by {ENV}CONFIG, does not exist; give a TOML file"
    ]


def test_directory_for_a_config_file(tmp_path: Path) -> None:
    """A directory is not a file."""
    assert complaint_of_environment({"CONFIG": str(tmp_path)}) == [
        f"config file {tmp_path}, named by {ENV}CONFIG, is not a file; give a TOML file"
    ]


def test_config_file_that_cannot_be_opened() -> None:
    """What the system says about a path is handed on."""
    path = "/" + "x" * 300
    assert complaint_of_environment({"CONFIG": path}) == [
        f"config file {path}, named by {ENV}CONFIG, cannot be read: File name too long"
    ]


def test_config_file_that_is_not_utf_8(tmp_path: Path) -> None:
    """A file in another charset is named, with the place."""
    path = tmp_path / "config.toml"
    path.write_bytes("# 设置\n".encode("gb18030"))
    assert complaint_of_environment({"CONFIG": str(path)}) == [
        f"config file {path} is not UTF-8 from octet 2 on; save it so"
    ]


def test_error_at_the_end_of_the_file(tmp_path: Path) -> None:
    """A key given twice is told with the place that tomllib knows."""
    (line,) = complaint_of_file(tmp_path, "[smtp]\nport = 1\nport = 2\n[http]\n")
    assert re.fullmatch(
        r"config file F is not TOML: .* \(at line 3, column 9\); mend it there", line
    )


@pytest.mark.parametrize("setting", ["STORE__URL", "ACCOUNTS"])
def test_secret_and_its_file_at_once(setting: str) -> None:
    """Which of the two should count cannot be known."""
    name = ENV + setting
    assert complaint_of_environment({setting: "x", setting + "_FILE": "y"}) == [
        f"{name} and {name}_FILE are both in the environment; keep one"
    ]


def test_secret_file_that_cannot_be_read(tmp_path: Path) -> None:
    """The variable and the path are named, whether the file is absent, empty or no text."""
    name = ENV + "STORE__URL_FILE"
    path = tmp_path / "secret"
    reasons = []
    for content in (None, b" \n", b"\xff"):
        if content is not None:
            path.write_bytes(content)
        (line,) = complaint_of_environment({"STORE__URL_FILE": str(path)})
        reasons.append(line.removeprefix(f"{name}: {path} "))
    assert reasons == [
        "cannot be read: No such file or directory; give a text file",
        "is empty; write the value into it",
        "cannot be read: it is not UTF-8; give a text file",
    ]


# secrets


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgres://u:GEHEIM@h/d", "the URL begins with postgres://; write postgresql://"),
        ("sqlite://x.db", "the URL has two slashes before the path; write three: sqlite:///PATH"),
        ("sqlite:///", "the URL names no file; give sqlite:///PATH"),
        (
            "sqlite:///:memory:",
            "memory cannot be shared; write sqlite:// for a private file, deleted at the stop",
        ),
        (
            "mysql://u:GEHEIM@h/d",
            STORE_FORM,
        ),
        ("postgresql://", f"the URL names no database; {LONG_WAY}"),
        ("postgresql://u:GEHEIM@h:99999/d", UNREADABLE),
        ("postgresql://u:GEH/EIM@h/d", UNREADABLE),
        ("postgresql://u:12#34@h/d", UNREADABLE),
        ("postgresql://u:12/34@h/d", UNREADABLE),
        ("postgresql://[::1/d", UNREADABLE),
    ],
)
def test_wrong_store_url_shows_no_password(url: str, complaint: str) -> None:
    """Each usual slip has its remedy, and no part of the URL is repeated."""
    assert complaint_of_environment({"STORE__URL": url}) == [
        f"store.url in {ENV}STORE__URL: {complaint}"
    ]


@pytest.mark.parametrize(
    "text",
    ['{"api_user": "GEHEIM"', '"GEHEIM"', '["GEHEIM"]', '{"api_key": "GEHEIM"}', "GEHEIM", "[]"],
)
def test_wrong_accounts_in_the_environment_show_no_key(text: str) -> None:
    """What is not a JSON list of objects is refused by name, without a word of its content."""
    (line,) = complaint_of_environment({"ACCOUNTS": text})
    assert re.match(rf"accounts(\[0\])? in {ENV}ACCOUNTS", line)
    assert "api_key" in line
    assert "GEHEIM" not in line


def test_cause_of_a_complaint_shows_no_key() -> None:
    """The cause, an error of pydantic, prints no values either."""
    wrong: dict[str, Any] = {"accounts": [{"api_user": "x", "api_key": ["GEHEIM"]}]}
    with pytest.raises(ConfigError) as refusal:
        Settings.from_mapping(wrong)
    assert "GEHEIM" not in str(refusal.value) + str(refusal.value.__cause__)
