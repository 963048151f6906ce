"""The settings that the sandbox runs with."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text
from sendcloud_inbound.http.sandbox.queries import takes


class SettingItem(BaseModel):
    """One setting."""

    setting: Text = Field(description="Its name, as `smtp.port`.")
    value: Text = Field(description="Its value as text; keys and passwords are masked.")
    origin: Text | None = Field(
        description="`default`, `config file PATH`, `environment NAME` or `command line`; null "
        "where a test has started the sandbox."
    )


class SettingPage(BaseModel):
    """All settings, in the order of config.example.toml."""

    items: list[SettingItem]
    next_cursor: None = Field(default=None, description="Always null: they are all there.")


router = APIRouter(prefix="/config", responses=problems.describe(problems.UNKNOWN_PARAMETER))


@router.get("", summary="List the settings in force", dependencies=[takes()])
async def get_config(request: Request) -> SettingPage:
    """Gives all of them, and where each comes from."""
    rows = parts(request).settings
    return SettingPage(
        items=[
            SettingItem(setting=name, value=value, origin=origin) for name, value, origin in rows
        ]
    )
