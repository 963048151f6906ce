"""The side of the recipients: the links that tracking writes into mail (SENDCLOUD.md 6).

    routes      open pixel, clicked link, unsubscribe page
    following   whose link it is, and the event that following it makes
    pages       the unsubscribe page
    browsers    who followed, by User-Agent
    forms       what was posted
    locations   where a click leads to
    host        the name that links lead to

Only what we signed ourselves is answered: everything else is the same 404, without an event and
without a redirect.
"""

from __future__ import annotations

from sendcloud_inbound.http.tracking.following import Follower
from sendcloud_inbound.http.tracking.host import TRACK, TrackingHost
from sendcloud_inbound.http.tracking.routes import router

__all__ = ["TRACK", "Follower", "TrackingHost", "router"]
