"""All settings as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sendcloud_inbound.config import complaints, names, sections, values
from sendcloud_inbound.config.account import SANDBOX_ACCOUNT, AccountSettings
from sendcloud_inbound.config.delivery import Delivery
from sendcloud_inbound.config.retention import Retention
from sendcloud_inbound.config.simulation import Events, Simulation
from sendcloud_inbound.config.tracking import Tracking
from sendcloud_inbound.config.webhooks import Webhooks
from sendcloud_inbound.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo
    from pydantic_settings import PydanticBaseSettingsSource


def _are_usable(
    accounts: tuple[AccountSettings, ...],
) -> tuple[AccountSettings, ...]:
    if not accounts:
        raise ValueError
    seen: set[str] = set()
    for name in (account.api_user for account in accounts):
        if name in seen:
            values.refuse(f"two accounts have the api_user {name}; give each its own")
        seen.add(name)
    return accounts


Accounts = Annotated[
    tuple[AccountSettings, ...],
    Field(repr=False),
    AfterValidator(_are_usable),
    values.Expects(
        "a list of accounts",
        "[[accounts]] tables (in the environment a JSON list of objects) with api_user and api_key",
    ),
]


class Settings(BaseSettings):
    """All settings of the program, fixed once read.

    A Settings reads nothing by itself: `load` puts file, environment and command line together,
    because each value must carry its origin.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        case_sensitive=True,  # in the file; the environment is read without regard to case
        env_prefix=names.PREFIX,
        env_nested_delimiter="__",
    )

    roles: values.Roles = Field(
        default=("smtp", "worker", "http"),
        description="Parts that this process runs: smtp takes mail in, worker expands it, http "
        "shows it. Fewer of them where several processes share a PostgreSQL store.",
    )
    shutdown_timeout_s: values.Delay = Field(
        default=10,
        description="Most seconds that a stop waits for messages being received. Keep it below "
        "the time after which the container engine kills.",
    )
    accounts_accept_any: values.Switch = Field(
        default=False,
        description="Create an unknown API_USER at its first login, whatever its key. For a "
        "sandbox that many share; never where strangers reach it.",
    )
    smtp: sections.Smtp = Field(default=sections.Smtp())
    http: sections.Http = Field(default=sections.Http())
    store: sections.Store = Field(default=sections.Store())
    retention: Retention = Field(default=Retention())
    ids: sections.Ids = Field(default=sections.Ids())
    mode: sections.Mode = Field(default=sections.Mode())
    tracking: Tracking = Field(default=Tracking())
    simulation: Simulation = Field(default=Simulation())
    events: Events = Field(default=Events())
    api: sections.Api = Field(default=sections.Api())
    worker: sections.Worker = Field(default=sections.Worker())
    webhooks: Webhooks = Field(default=Webhooks())
    delivery: Delivery = Field(default=Delivery())
    log: sections.Log = Field(default=sections.Log())
    accounts: Accounts = Field(
        default=(SANDBOX_ACCOUNT,),
        description="The API_USERs that may log in, each in a table of its own. Configuring one "
        "removes the sandbox's.",
    )

    @model_validator(mode="after")
    def _ids_are_made_once(self) -> Self:
        if self.smtp.processes > 1 and self.ids.seed is not None:
            values.refuse(
                "messageIds do not repeat where several processes make them; set smtp.processes "
                "to 1, or leave the seed out",
                "ids.seed",
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings fixes the signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the constructor is given and nothing else."""
        return (init_settings,)

    @classmethod
    def from_mapping(
        cls, given: Mapping[str, Any], origins: Mapping[str, str] | None = None
    ) -> Self:
        """Make settings of nested tables, with defaults for the rest.

        Args:
            given: Nested as the file is.
            origins: Where each dotted name was given, for the complaint.

        Raises:
            ConfigError: A name is unknown or a value impossible; a line for each.
        """
        _no_private_names(given, origins or {})
        try:
            return cls(**given)
        except ValidationError as error:
            raise ConfigError(complaints.explain(error, FIELDS, origins or {})) from error


FIELDS: dict[str, FieldInfo] = dict(names.fields_of(Settings))
"""Every section and setting by its dotted name, in the order of the file."""

SETTINGS = tuple(
    name
    for name, field in FIELDS.items()
    if name == "accounts" or not (names.model_in(field) or name.startswith("accounts."))
)
"""What has a value and an origin of its own; the accounts are one."""


def _no_private_names(given: Mapping[str, Any], origins: Mapping[str, str]) -> None:
    """Refuse `_env_file` and its like: BaseSettings takes them for parameters of its own."""
    for name in given:
        if name.startswith("_"):
            place = complaints.where(origins.get(name, ""))
            raise ConfigError(complaints.unknown(name, place, ""))
