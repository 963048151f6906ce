"""The settings of an account: an API_USER with its keys, limits and sending defaults."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sendcloud_inbound.config import values, webhooks
from sendcloud_inbound.config.sections import Section
from sendcloud_inbound.rules.model import NO_PAGE, Account, AccountType

_YEAR_S = 366 * 86_400

ApiUser = Annotated[
    str,
    Field(pattern=r"^(?:[A-Za-z0-9_]{6,32}|[!$-?A-~]+@[A-Za-z0-9.-]+)$"),
    values.Expects(
        "an API_USER",
        "6 to 32 letters, digits or _, or an address such as postmaster@example.sendcloud.org",
    ),
]
"""Both generations of names (D33). `#` parts a label from the name at login (SENDCLOUD.md 1.4)."""

Secret = Annotated[
    str, Field(min_length=1, repr=False), values.Expects("a key", "a text that is not empty")
]
TypeName = Annotated[AccountType, values.Expects.one_of("an account type", *AccountType)]
Page = Annotated[
    values.Whole,
    Field(ge=NO_PAGE),
    values.Expects(
        "a page", f"the number of an unsubscribe page, or {NO_PAGE} for SendCloud's own"
    ),
]
Pages = Annotated[
    tuple[Annotated[values.Whole, Field(ge=0)], ...],
    values.Expects("a list of pages", "numbers such as [562, 563]", "a page"),
]


Offset = Annotated[
    values.Whole,
    Field(ge=-_YEAR_S, le=_YEAR_S),
    values.Expects("seconds", f"a whole number from {-_YEAR_S} to {_YEAR_S}"),
]


class AccountSettings(Section):
    """One API_USER (SENDCLOUD.md 1.4); what a new one has by default follows 7.11, apiuser/add."""

    api_user: ApiUser = Field(
        description="Name to log in with: 6 to 32 letters, digits or _, or an address such as "
        "postmaster@example.sendcloud.org.",
    )
    api_key: Secret = Field(description="Password of that login.")
    app_key: Secret = Field(
        default="test_appkey",
        description="Key that signs the account's webhooks. Set the one your receiver knows.",
    )
    user_id: values.Serial = Field(
        default=15,
        description="Number of the account's owner, the second part of its messageIds. Change it "
        "to tell the ids of several accounts apart.",
    )
    rate_limit_per_minute: values.Limit = Field(
        default=20_000,
        description="Most messages in any minute, 0 for no limit. Lower it to see "
        "536 Frequency limited.",
    )
    daily_quota: values.Limit = Field(
        default=0,
        description="Most messages a day (UTC), 0 for no limit. Set it to see "
        "553 Request quota exceeded.",
    )
    type: TypeName = Field(
        default=AccountType.TRIGGER,
        description="trigger: for mail that one recipient's doing causes. batch: for the same mail "
        "to many. Set the type of the API_USER you use in production.",
    )
    sending_domain: values.Domain = Field(
        default="sandbox.sendcloud.org",
        description="Domain that its mail leaves from. Set yours to see its name in Message-ID, "
        "List-Unsubscribe and the envelope sender.",
    )
    open_tracking: values.Switch = Field(
        default=True,
        description="Whether opens are tracked, as in a new API_USER. Set it, like the next two, "
        "to what the console shows of yours; X-SMTPAPI filters are stronger.",
    )
    click_tracking: values.Switch = Field(
        default=False,
        description="Whether clicks are tracked. Off in a new API_USER, which has no tracking "
        "domain of its own.",
    )
    subscription_tracking: values.Switch = Field(
        default=True,
        description="Whether mail gets an unsubscribe link. On in a new API_USER; a free account "
        "cannot switch it off.",
    )
    default_page_id: Page = Field(
        default=NO_PAGE,
        description="Unsubscribe page of mail that names none in X-SMTPAPI, -1 for SendCloud's "
        "own. Set it if your API_USER has one.",
    )
    page_ids: Pages = Field(
        default=(),
        description="Unsubscribe pages made in the console. Empty: every number is one. List yours "
        "to be told of a page_id that does not exist.",
    )
    send_domains: values.Domains = Field(
        default=(),
        description="Further domains it may send from, by send_domain in X-SMTPAPI, with "
        "SendCloud's permission and verified. Without them send_domain has no effect.",
    )
    unverified_domains: values.Domains = Field(
        default=(),
        description="Domains it has the permission for but has not verified yet: send_domain has "
        "no effect. Move one here to see what comes of that.",
    )
    clock_offset_s: Offset = Field(
        default=0,
        description="Seconds that its clock is ahead, or behind if negative: its messageIds and "
        "the timestamps of its webhook calls. Set it to try what a receiver does with old ones.",
    )
    webhook_url: webhooks.Urls = Field(
        default=(),
        description="URL that its events are told to, or a list of them. Set it to that of your "
        "receiver.",
    )

    @model_validator(mode="after")
    def _pages_and_domains_agree(self) -> Self:
        if self.page_ids and self.default_page_id not in (NO_PAGE, *self.page_ids):
            values.refuse(
                f"{self.default_page_id} is not among page_ids; add it there", "default_page_id"
            )
        for domain in self.unverified_domains:
            if domain in (self.sending_domain, *self.send_domains):
                values.refuse(
                    f"{domain} is also in sending_domain or send_domains; keep it in one place",
                    "unverified_domains",
                )
        return self

    def to_account(self, tracking_domain: str | None) -> Account:
        """Return the account as the rest of the program knows it."""
        return Account(**self.model_dump(exclude={"webhook_url"}), tracking_domain=tracking_domain)


SANDBOX_ACCOUNT = AccountSettings(api_user="sandbox_user", api_key="sandbox_key")
"""The one account of a sandbox that nobody configured."""
