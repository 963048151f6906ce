"""The inspection API under `/sandbox/v1`: what came, what became of it, and what is to."""

from __future__ import annotations

from fastapi import APIRouter

from sendcloud_inbound.http.sandbox import (
    address_lists,
    api_users,
    bounces,
    clearing,
    clock,
    config,
    email,
    events,
    fidelity,
    inbound,
    listings,
    message,
    refusals,
    release,
    rules,
    statistics,
    stream,
    suppressions,
    templates,
    wait,
    webhook_deliveries,
    webhooks,
)

router = APIRouter(prefix="/sandbox/v1", tags=["sandbox"])
router.include_router(listings.router)
router.include_router(message.router)
router.include_router(refusals.router)
router.include_router(events.router)
router.include_router(events.of_an_email)
router.include_router(release.router)
router.include_router(email.router)
router.include_router(inbound.router)
router.include_router(wait.router)
router.include_router(stream.router)
router.include_router(address_lists.router)
router.include_router(api_users.router)
router.include_router(bounces.router)
router.include_router(clearing.router)
router.include_router(clock.router)
router.include_router(config.router)
router.include_router(rules.router)
router.include_router(statistics.router)
router.include_router(suppressions.router)
router.include_router(templates.router)
router.include_router(webhooks.router)
router.include_router(webhook_deliveries.router)
router.include_router(fidelity.router)

__all__ = ["router"]
