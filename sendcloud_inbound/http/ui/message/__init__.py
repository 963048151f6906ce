"""The page of a message: what came, what each recipient gets, and what became of it.

query       what the page is asked: whose copy, which tab
recipients  the list of them, and the one that was chosen
chosen      the chosen recipient's copy, as the tabs show it
happenings  events, and what webhooks were told of them
panels      what the tabs show
frame       the HTML of a copy, in a frame that reaches nobody
routes      the page
"""

from __future__ import annotations

from fastapi import APIRouter

from sendcloud_inbound.http.ui.message import frame, routes

router = APIRouter()
router.include_router(frame.router)
router.include_router(routes.router)

__all__ = ["router"]
