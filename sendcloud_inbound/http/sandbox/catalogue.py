"""How a call gets at what the store holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.ports import Catalogue


async def _catalogue(request: Request) -> Catalogue:
    return parts(request).catalogue


Shown = Annotated[Catalogue, Depends(_catalogue)]
