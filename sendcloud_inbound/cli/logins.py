"""Who logs in: as options say, else as the settings have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sendcloud_inbound.cli.addresses import Server
    from sendcloud_inbound.cli.submitting import Login
    from sendcloud_inbound.config import AccountSettings, Settings


@dataclass(frozen=True)
class Account:
    """Who logs in, as options say it."""

    api_user: Annotated[
        str | None,
        typer.Option(
            "--api-user", metavar="NAME", help="Log in as; by default the first account configured."
        ),
    ] = None
    api_key: Annotated[
        str | None,
        typer.Option(
            "--api-key", metavar="KEY", help="The key; by default the one configured for the name."
        ),
    ] = None

    def login(self, server: Server) -> Login:
        """Return what was given, the rest of it as configured."""
        from sendcloud_inbound.cli.submitting import Login  # noqa: PLC0415 - smtplib, email

        api_user, api_key = self.api_user, self.api_key
        if api_user is None or api_key is None:
            account = _account(server.settings, api_user)
            api_user, api_key = account.api_user, api_key or account.api_key
        return Login(api_user, api_key)


def _account(settings: Settings, api_user: str | None) -> AccountSettings:
    for account in settings.accounts:
        if api_user in {None, account.api_user}:
            return account
    raise typer.BadParameter(
        f"no account {api_user} is configured; give its --api-key too", param_hint="--api-user"
    )
