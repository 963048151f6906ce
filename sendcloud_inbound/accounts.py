"""The API_USERs that may log in (SENDCLOUD.md 1.4)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.model import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sendcloud_inbound.rules.orders import ApiUser

_MOST_KEPT = 10_000
"""Accounts of API_USERs that were made while the program runs, ready at hand."""
_FIRST_USER_ID = 1000
"""User ids of accounts that are made at their first login count from here."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who a session speaks for."""

    account: Account
    label_id: str | None
    """From `api_user#label_id`: the label of everything sent in the session (G22)."""


class Accounts:
    """Knows the accounts; with `accept_any` an unknown API_USER is made at its first login.

    One that is made so has the defaults of a configured one, and `tracking_domain`.
    """

    def __init__(
        self,
        accounts: Iterable[Account],
        *,
        accept_any: bool = False,
        tracking_domain: str | None = None,
        made: Callable[[], Mapping[str, ApiUser]] = dict,
    ) -> None:
        """Know these, and those that are `made` while the program runs, as they stand then."""
        self._accounts = {account.api_user: account for account in accounts}
        self._accept_any = accept_any
        self._tracking_domain = tracking_domain
        self._made = made
        self._from_made: dict[str, tuple[ApiUser, Account]] = {}

    def find(self, api_user: str) -> Account | None:
        """Return an account, or None when nobody of that name could have sent anything.

        With `accept_any` mail may be older than this process, or come from one that runs the
        sessions: its account has the defaults, and no key that anybody could log in with.
        """
        account = self._known(api_user)
        if account is None and self._accept_any:
            return self._with_defaults(api_user, "", _FIRST_USER_ID)
        return account

    def is_taken(self, api_user: str) -> bool:
        """Tell whether there is one of that name, be it going."""
        return self._known(api_user) is not None

    def may_send(self, account: Account) -> bool:
        """Tell whether it is there still: a session may outlive its API_USER."""
        name = account.api_user
        if self._accounts.get(name) is account:
            return True
        return not self._is_going(name) and self._known(name) == account

    def log_in(self, username: bytes, api_key: bytes) -> LoggedIn | None:
        """Return who it is, or None when API_USER or API_KEY are not right."""
        try:
            api_user, key = username.decode(), api_key.decode()
        except UnicodeDecodeError:
            return None
        if self._is_going(api_user.partition("#")[0]):
            return None
        account, label_id = self._parted(api_user)
        if account is None and self._accept_any and api_user.isprintable():
            account = self._make(api_user.partition("#")[0], key)
        if account is None or not hmac.compare_digest(account.api_key.encode(), key.encode()):
            return None
        return LoggedIn(account, label_id)

    def _is_going(self, api_user: str) -> bool:
        made = self._made().get(api_user)
        return made is not None and made.is_going

    def _parted(self, username: str) -> tuple[Account | None, str | None]:
        name, mark, label_id = username.partition("#")
        return self._known(name), label_id if mark and label_id else None

    def _known(self, api_user: str) -> Account | None:
        account = self._accounts.get(api_user)
        if account is not None:
            return account
        made = self._made().get(api_user)
        if made is None:
            return None
        if len(self._from_made) > _MOST_KEPT:
            self._from_made.clear()
        known = self._from_made.get(api_user)
        if known is None or known[0] is not made:
            account = replace(made.account, tracking_domain=self._tracking_domain)
            known = self._from_made[api_user] = (made, account)
        return known[1]

    @property
    def configured(self) -> Sequence[Account]:
        """Those of the settings, and those that logged in under any name."""
        return tuple(self._accounts.values())

    def _make(self, api_user: str, api_key: str) -> Account | None:
        if not api_user:
            return None
        account = self._with_defaults(api_user, api_key, _FIRST_USER_ID + len(self._accounts))
        return self._accounts.setdefault(api_user, account)

    def _with_defaults(self, api_user: str, api_key: str, user_id: int) -> Account:
        return Account(
            api_user=api_user,
            api_key=api_key,
            app_key=api_key,
            user_id=user_id,
            tracking_domain=self._tracking_domain,
        )
