"""The relay's TLS and login, and that its password stays its own."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from sendcloud_inbound.delivery import Relay, RelaySettings
from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.rules.model import EmailStatus
from tests.builders import outgoing
from tests.delivery.upstream import only_key, reciting, relay, upstream

if TYPE_CHECKING:
    from pathlib import Path

LOGIN: dict[str, Any] = {"username": "me@example.com", "password": "right password"}


class Certificates:
    """An authority of our own, the server's context, and the file a relay trusts."""

    def __init__(self, path: Path) -> None:
        authority = trustme.CA()
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(self.server)
        self.ca_file = str(path / "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """Make certificates for 127.0.0.1."""
    return Certificates(tmp_path)


async def test_mail_goes_out_under_starttls_with_login(certificates: Certificates) -> None:
    """The server takes neither login nor mail without TLS, so there was TLS."""
    async with upstream(
        tls_context=certificates.server,
        require_starttls=True,
        authenticator=only_key,
        auth_required=True,
    ) as server:
        async with relay(
            server.port, tls="starttls", ca_file=certificates.ca_file, **LOGIN
        ) as target:
            for _ in range(2):
                assert (await target.send(outgoing())).status is EmailStatus.DELIVERED
        assert (server.connections, len(server.taken)) == (1, 2)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_server_that_cannot_prove_its_name_gets_nothing(
    certificates: Certificates, tls: str
) -> None:
    """Unless the settings say not to ask for proof, or name whom to trust."""
    name = "tls_context" if tls == "starttls" else "implicit_tls"
    options: dict[str, Any] = {name: certificates.server}
    async with upstream(**options) as server:
        async with relay(server.port, tls=tls) as target:
            result = await target.send(outgoing())
            assert (result.status, result.sub_status) == (None, 503)
            assert "certificate verify failed" in result.reason.lower()
        assert server.taken == []
        for trust in ({"verify": False}, {"ca_file": certificates.ca_file}):
            async with relay(server.port, tls=tls, **trust) as target:
                assert (await target.send(outgoing())).status is EmailStatus.DELIVERED


async def test_a_name_that_the_certificate_does_not_have_is_no_proof(
    certificates: Certificates,
) -> None:
    """Trusted it is, yet it is another's."""
    async with upstream(implicit_tls=certificates.server) as server:
        async with relay(
            server.port, host="localhost", tls="implicit", ca_file=certificates.ca_file
        ) as target:
            result = await target.send(outgoing())
        assert result.status is None
        assert "localhost" in result.reason
        assert server.taken == []


async def test_a_server_without_starttls_gets_nothing_in_clear() -> None:
    """Who strips the offer learns neither the login nor the mail."""
    lines = b"220 x\r\n250-x\r\n250 AUTH PLAIN\r\n"
    async with reciting(lines) as (port, heard), relay(port, tls="starttls", **LOGIN) as target:
        result = await target.send(outgoing())
        assert (result.status, result.sub_status) == (None, 503)
        assert "STARTTLS" in result.reason
    assert [line.split()[0] for line in heard if line] == [b"EHLO"]


async def test_a_wrong_password_is_tried_again_and_never_told() -> None:
    """It is a fault of the settings, so no email is condemned for it."""
    async with upstream(authenticator=only_key, auth_require_tls=False) as server:
        async with relay(server.port, username="me", password="wrong password") as target:
            result = await target.send(outgoing())
        assert (result.status, result.sub_status) == (None, 503)
        assert "the server said 535 5.7.8" in result.reason
        assert "wrong password" not in result.reason
        assert server.taken == []
        async with relay(server.port, **LOGIN) as target:
            assert (await target.send(outgoing())).status is EmailStatus.DELIVERED


@pytest.mark.parametrize(
    "echo",
    [
        b"535 no such key: right password",
        b"500 AUTH PLAIN AG1lQGV4YW1wbGUuY29tAHJpZ2h0IHBhc3N3b3Jk",
        b"535 cmlnaHQgcGFzc3dvcmQ=",
    ],
)
async def test_a_server_that_repeats_the_password_is_not_quoted(echo: bytes) -> None:
    """In clear or as the login has it."""
    lines = b"220 x\r\n250-x\r\n250 AUTH PLAIN\r\n" + echo + b"\r\n"
    async with reciting(lines) as (port, _), relay(port, **LOGIN) as target:
        result = await target.send(outgoing())
    assert result.reason.endswith("********")
    assert "password" not in repr(RelaySettings("127.0.0.1", port, **LOGIN))


async def test_certificates_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    """The file is named, and so is what is wrong with it."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for file in (empty, tmp_path / "missing.pem"):
        with pytest.raises(StartupError, match=file.name):
            Relay(RelaySettings("127.0.0.1", tls="starttls", ca_file=str(file)))
