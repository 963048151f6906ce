"""Where settings come from, which source wins, and what they are when nobody sets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sendcloud_inbound.config import Settings, load
from sendcloud_inbound.config.names import environment_name
from sendcloud_inbound.config.settings import SETTINGS
from sendcloud_inbound.errors import ConfigError
from sendcloud_inbound.rules.model import Account, Fidelity

ENV = "SENDCLOUD_INBOUND_"
ACCOUNT = {"api_user": "my_user", "api_key": "my_key"}


def written(tmp_path: Path, text: str) -> Path:
    """Write a config file."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


# defaults


def test_defaults_are_the_documented_ones() -> None:
    """Without any source every setting has its documented value."""
    settings = load(environ={}).settings
    assert (settings.smtp.host, settings.smtp.port) == ("127.0.0.1", 2525)
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8025)
    assert (settings.smtp.max_message_bytes, settings.smtp.idle_timeout_s) == (16_000_000, 300)
    assert (settings.ids.region, settings.ids.ip, settings.ids.seed) == ("sc", "10.10.127.51", None)
    assert (settings.smtp.auth_failure_delay_s, settings.smtp.auth_failure_delay_max_s) == (1, 30)
    assert settings.mode.fidelity is Fidelity.FAITHFUL
    assert settings.roles == ("smtp", "worker", "http")
    assert settings == Settings.from_mapping({})


def test_sendclouds_limits_are_the_defaults() -> None:
    """20,000 messages a minute (S18); no quota (S19), and no cap on sessions (S17)."""
    settings = load(environ={}).settings
    (account,), smtp = settings.accounts, settings.smtp
    assert (account.rate_limit_per_minute, account.daily_quota) == (20_000, 0)
    caps = (smtp.max_connections, smtp.max_recipients, smtp.max_messages_per_connection)
    assert caps == (0, 0, 0)


def test_sendclouds_times_are_the_defaults() -> None:
    """Events come at once (S26); without a 200 in 3 s (D3) they are told again (D1)."""
    settings = load(environ={}).settings
    webhooks = settings.webhooks
    assert settings.events.delay_s == 0
    assert (webhooks.timeout_s, webhooks.time_scale) == (3, 1)
    assert webhooks.schedule == (60, 120, 240, 480, 960)


def test_sandbox_account_is_there_when_none_is_configured() -> None:
    """The one account of an unconfigured sandbox is the documented one."""
    settings = load(environ={}).settings
    account = settings.accounts[0].to_account("localhost")
    assert account == Account("sandbox_user", "sandbox_key", "test_appkey", 15)


def test_settings_cannot_be_changed() -> None:
    """A setting stays what it was read as, in a section and on top."""
    settings: Any = Settings.from_mapping({})
    with pytest.raises(ValueError, match="frozen"):
        settings.smtp.port = 1
    with pytest.raises(ValueError, match="frozen"):
        settings.roles = ()


# precedence


def test_command_line_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    """Each source hides the ones below it, setting by setting, and every origin is known."""
    path = written(
        tmp_path, "shutdown_timeout_s = 4\n[smtp]\nhost = '::1'\nport = 1\nmax_recipients = 2"
    )
    loaded = load(
        config_file=path,
        environ={ENV + "SMTP__PORT": "3", ENV + "SMTP__MAX_RECIPIENTS": "4"},
        command_line={"smtp": {"max_recipients": 5, "host": None}, "http": {"port": 0}},
    )
    smtp = loaded.settings.smtp
    assert (smtp.host, smtp.port, smtp.max_recipients) == ("::1", 3, 5)
    assert loaded.settings.http.port == 0
    assert {name: origin for name, origin in loaded.origins.items() if origin != "default"} == {
        "shutdown_timeout_s": f"config file {path}",
        "smtp.host": f"config file {path}",
        "smtp.port": "environment SENDCLOUD_INBOUND_SMTP__PORT",
        "smtp.max_recipients": "command line",
        "http.port": "command line",
    }


def test_every_setting_has_an_origin() -> None:
    """Origins name exactly the settings, the accounts as one."""
    assert tuple(load(environ={}).origins) == SETTINGS


def test_accounts_of_a_higher_source_replace_those_below(tmp_path: Path) -> None:
    """Lists are not mixed: the accounts of the environment are all there are."""
    path = written(tmp_path, "[[accounts]]\napi_user = 'of_the_file'\napi_key = 'k'\n")
    loaded = load(config_file=path, environ={ENV + "ACCOUNTS": json.dumps([ACCOUNT])})
    assert [account.api_user for account in loaded.settings.accounts] == ["my_user"]
    assert loaded.origins["accounts"] == "environment SENDCLOUD_INBOUND_ACCOUNTS"


def test_environment_names_the_config_file(tmp_path: Path) -> None:
    """SENDCLOUD_INBOUND_CONFIG counts when the command line names no file, and only then."""
    path = written(tmp_path, "[smtp]\nport = 7")
    other = tmp_path / "other.toml"
    other.write_text("[smtp]\nport = 8")
    environ = {ENV + "CONFIG": str(path)}
    assert load(environ=environ).settings.smtp.port == 7
    assert load(environ=environ, config_file=other).settings.smtp.port == 8


# the environment

SAMPLES: dict[str, tuple[str, object]] = {
    "roles": ("worker, http", ("worker", "http")),
    "shutdown_timeout_s": ("2.5", 2.5),
    "accounts_accept_any": ("true", True),
    "smtp.host": ("::1", "::1"),
    "smtp.tls_cert": ("/c.pem", Path("/c.pem")),
    "smtp.tls_key": ("/k.pem", Path("/k.pem")),
    "smtp.implicit_tls_port": ("0", 0),
    "smtp.processes": ("1", 1),
    "smtp.proxy_protocol": ("true", True),
    "smtp.proxy_trusted": ("10.0.0.0/8, ::1", ("10.0.0.0/8", "::1/128")),
    "http.host": ("localhost", "localhost"),
    "store.url": ("sqlite:////data/store.db", "sqlite:////data/store.db"),
    "api.approve_templates": ("false", False),
    "ids.region": ("sg", "sg"),
    "ids.ip": ("10.0.0.1", "10.0.0.1"),
    "mode.fidelity": ("strict", Fidelity.STRICT),
    "http.public_url": ("https://mail.example.com/", "https://mail.example.com"),
    "http.username": ("me", "me"),
    "http.password": ("secret", "secret"),
    "tracking.domain": ("none", "none"),
    "simulation.domain": ("Magic.Example", "magic.example"),
    "tracking.generation": ("1", 1),
    "tracking.chinese_pages": ("562, 563", (562, 563)),
    "tracking.english_pages": ("564", (564,)),
    "webhooks.urls": ("http://a/, http://b/", ("http://a/", "http://b/")),
    "webhooks.schedule": ("1, 2.5", (1, 2.5)),
    "webhooks.check_urls": ("false", False),
    "log.format": ("json", "json"),
    "log.level": ("error", "error"),
    "delivery.target": ("relay", "relay"),
    "delivery.maildir": ("/m", Path("/m")),
    "delivery.host": ("mx.example.com", "mx.example.com"),
    "delivery.tls": ("starttls", "starttls"),
    "delivery.verify": ("false", False),
    "delivery.ca_file": ("ca.pem", Path("ca.pem")),
    "delivery.username": ("me", "me"),
    "delivery.password": ("secret", "secret"),
    "delivery.helo": ("mta.example.com", "mta.example.com"),
    "delivery.allow": ("*@a.b, c.d", ("*@a.b", "c.d")),
    "delivery.block": ("e@f.g", ("e@f.g",)),
}
"""The others are numbers, and 7 is one that all of them take."""


def test_everything_can_be_set_by_environment() -> None:
    """Every setting has a name in the environment, and its text becomes the setting's value."""
    names = [name for name in SETTINGS if name != "accounts"]
    samples: dict[str, tuple[str, object]] = {name: SAMPLES.get(name, ("7", 7)) for name in names}
    environ = {environment_name(name): text for name, (text, _) in samples.items()}
    loaded = load(environ=environ)
    for name, (_, value) in samples.items():
        section, _, key = name.rpartition(".")
        holder: Any = getattr(loaded.settings, section) if section else loaded.settings
        assert getattr(holder, key) == value, name
        assert loaded.origins[name] == f"environment {environment_name(name)}"


@pytest.mark.parametrize("text", ['["*@a.b", "c.d"]', "*@a.b, c.d", ' ["*@a.b","c.d"]'])
def test_a_list_may_be_json_too(text: str) -> None:
    """As the accounts are; read as words it would match nobody, without a word."""
    loaded = load(environ={"SENDCLOUD_INBOUND_DELIVERY__ALLOW": text})
    assert loaded.settings.delivery.allow == ("*@a.b", "c.d")


def test_a_list_that_is_cut_off_is_words() -> None:
    """Which the setting judges."""
    with pytest.raises(ConfigError, match="worker"):
        load(environ={"SENDCLOUD_INBOUND_ROLES": '["worker"'})


def test_environment_is_read_without_regard_to_case() -> None:
    """A name in small letters is the same name."""
    assert load(environ={"sendcloud_inbound_smtp__port": "7"}).settings.smtp.port == 7


def test_empty_variable_counts_as_absent(tmp_path: Path) -> None:
    """What a compose file passes on empty does not hide the config file."""
    path = written(tmp_path, "[smtp]\nport = 7")
    loaded = load(
        config_file=path,
        environ={
            ENV + "SMTP__PORT": "",
            ENV + "ACCOUNTS_FILE": "",
            ENV + "CONFIG": "",
            ENV + "STORE__URL": "",
        },
    )
    assert loaded.settings.smtp.port == 7


def test_other_variables_are_not_looked_at() -> None:
    """Only our prefix counts; what `run` gives a child process does not carry it."""
    environ = {"SENDCLOUD_SMTP_PORT": "x", "PATH": "/bin", "SENDCLOUD_API_USER": "u"}
    assert load(environ=environ).settings == Settings.from_mapping({})


def test_real_environment_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the mapping that was given, not from the process behind our back."""
    monkeypatch.setenv(ENV + "SMTP__PORT", "7")
    assert load(environ={}).settings.smtp.port == 2525
    assert Settings.from_mapping({}).smtp.port == 2525
    assert Settings().smtp.port == 2525


def test_variables_of_a_kubernetes_service_of_our_name_are_passed_over() -> None:
    """A Service `sendcloud-inbound` (or `-smtp`) puts variables with our prefix into its pods."""
    environ = {
        ENV + "SERVICE_HOST": "10.0.0.1",
        ENV + "SERVICE_PORT": "2525",
        ENV + "SERVICE_PORT_SMTP": "2525",
        ENV + "PORT": "tcp://10.0.0.1:2525",
        ENV + "PORT_2525_TCP": "tcp://10.0.0.1:2525",
        ENV + "PORT_2525_TCP_PROTO": "tcp",
        ENV + "PORT_2525_TCP_ADDR": "10.0.0.1",
        ENV + "SMTP_SERVICE_HOST": "10.0.0.1",
        ENV + "SMTP_PORT": "tcp://10.0.0.1:2525",
    }
    assert load(environ=environ).settings == Settings.from_mapping({})


@pytest.mark.parametrize(
    ("setting", "text"),
    [("STORE__URL", "postgresql://u:p@db/mail"), ("ACCOUNTS", json.dumps([ACCOUNT]))],
)
def test_secrets_can_stand_in_files(tmp_path: Path, setting: str, text: str) -> None:
    """NAME_FILE gives NAME the content of a file, without the line end that editors add."""
    path = tmp_path / "secret"
    path.write_text(text + "\n")
    from_file = load(environ={f"{ENV}{setting}_FILE": str(path)})
    assert from_file.settings == load(environ={ENV + setting: text}).settings
    assert f"environment {ENV}{setting}_FILE" in from_file.origins.values()


# forms


@pytest.mark.parametrize(
    "api_user", ["my_user", "A12345", "postmaster@example.sendcloud.org", "a.b+c@d-e.cn"]
)
def test_both_generations_of_api_user_are_names(api_user: str) -> None:
    """D33: an API_USER is a name of 6 to 32 characters or an address."""
    settings = Settings.from_mapping({"accounts": [{**ACCOUNT, "api_user": api_user}]})
    assert settings.accounts[0].api_user == api_user


@pytest.mark.parametrize(
    "api_user", ["short", "x" * 33, "my-user", "my_user#1", "@a.b", "我的用户名"]
)
def test_other_texts_are_no_names(api_user: str) -> None:
    """D33: neither shorter nor longer, nor with a label's mark in it."""
    with pytest.raises(ConfigError, match="is not an API_USER"):
        Settings.from_mapping({"accounts": [{**ACCOUNT, "api_user": api_user}]})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite://",
        "sqlite:///store.db",
        "sqlite:////var/lib/store.db",
        "postgresql://u:p%40@h:5432/db",
        "postgresql:///mail?host=/run/postgresql",
    ],
)
def test_store_urls_of_the_known_forms_are_taken(url: str) -> None:
    """A file, a private file, a server, a server's socket."""
    store = Settings.from_mapping({"store": {"url": url}}).store
    assert store.url == url
    assert store.location() == url or not url


def test_store_is_a_file_in_the_data_directory_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty URL means a file where the system keeps a user's data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    location = Settings.from_mapping({}).store.location()
    assert location == f"sqlite:///{tmp_path}/sendcloud-inbound/store.db"


def test_no_home_directory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no home is known, as under a number without a name, the URL must be given."""
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr("os.getuid", lambda: 987_654_321)
    with pytest.raises(ConfigError, match="no home directory is known; give sqlite:///PATH"):
        Settings.from_mapping({}).store.location()


def test_roles_are_counted_once() -> None:
    """A role that is given twice, as on a command line, is one."""
    assert Settings.from_mapping({"roles": ["http", "smtp", "http"]}).roles == ("http", "smtp")


def test_empty_text_means_not_set() -> None:
    """TOML has no null: an empty text stands for it where a setting may be absent."""
    smtp = {"tls_cert": "", "tls_key": "", "implicit_tls_port": ""}
    settings = Settings.from_mapping({"smtp": smtp, "ids": {"seed": ""}})
    assert settings == Settings.from_mapping({})


def test_secrets_are_not_in_the_repr() -> None:
    """A Settings that lands in a log or a traceback shows neither keys nor the store's URL."""
    url = "postgresql://u:GEHEIM@h/d"
    accounts = [{"api_user": "my_user", "api_key": "GEHEIM", "app_key": "GEHEIM"}]
    settings = Settings.from_mapping({"accounts": accounts, "store": {"url": url}})
    assert "GEHEIM" not in repr(settings) + str(settings) + repr(settings.accounts)
