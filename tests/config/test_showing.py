"""The settings as `config show` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.config import load, mask_url, masked
from sendcloud_inbound.config.settings import FIELDS, SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

ENV = "SENDCLOUD_INBOUND_"


def test_every_setting_is_shown_once_in_the_order_of_the_file() -> None:
    """There is a row for each setting, and one for each setting of each account."""
    rows = [name.replace("[0]", "") for name, _, _ in masked(load(environ={}))]
    expected = [name for name in FIELDS if name in SETTINGS or "accounts." in name]
    assert rows == [name for name in expected if name != "accounts"]


def test_value_stands_with_its_origin() -> None:
    """A row is name, value as a person writes it, origin."""
    rows = masked(
        load(
            environ={
                ENV + "ROLES": "smtp,http",
                ENV + "STORE__URL": "sqlite:///a.db",
                ENV + "ACCOUNTS_ACCEPT_ANY": "yes",
                ENV + "STORE__LEASE_S": "0.5",
            }
        )
    )
    for row in [
        ("roles", "smtp, http", f"environment {ENV}ROLES"),
        ("accounts_accept_any", "true", f"environment {ENV}ACCOUNTS_ACCEPT_ANY"),
        ("store.url", "sqlite:///a.db", f"environment {ENV}STORE__URL"),
        ("store.lease_s", "0.5", f"environment {ENV}STORE__LEASE_S"),
        ("smtp.idle_timeout_s", "300", "default"),
        ("smtp.max_message_bytes", "16000000", "default"),
        ("smtp.tls_cert", "", "default"),
        ("mode.fidelity", "faithful", "default"),
    ]:
        assert row in rows


def test_default_store_is_shown_as_the_file_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty URL is shown as what it stands for."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    url = f"sqlite:///{tmp_path}/sendcloud-inbound/store.db"
    assert ("store.url", url, "default") in masked(load(environ={}))


def test_keys_and_passwords_are_masked() -> None:
    """No secret is shown, of however many accounts; that there is one is."""
    accounts = [{"api_user": f"user_{n}", "api_key": "GEHEIM", "app_key": "GEHEIM"} for n in "12"]
    url = "postgresql://u:GEHEIM@h/d"
    rows = masked(load(environ={}, command_line={"accounts": accounts, "store": {"url": url}}))
    assert "GEHEIM" not in str(rows)
    assert ("accounts[1].api_user", "user_2", "command line") in rows
    assert ("accounts[1].api_key", "****", "command line") in rows
    assert ("store.url", "postgresql://u:****@h/d", "command line") in rows


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////a:b@c/d.db", "sqlite:////a:b@c/d.db"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u:p%40@h:5432/d", "postgresql://u:****@h:5432/d"),
        ("postgresql://u:p@x@h/d", "postgresql://u:****@h/d"),
        ("postgresql://:p@h/d", "postgresql://:****@h/d"),
        ("postgresql:///d?host=/run&password=p&x=y", "postgresql:///d?host=/run&password=****&x=y"),
        ("postgresql:///d?sslpassword=p", "postgresql:///d?sslpassword=****"),
    ],
)
def test_url_is_shown_without_passwords(url: str, shown: str) -> None:
    """The password is masked wherever libpq takes one; the rest stays."""
    assert mask_url(url) == shown
