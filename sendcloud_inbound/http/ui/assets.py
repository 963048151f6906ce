"""Stylesheet and scripts: small, of our own, and kept by browsers until they change.

Their path has the digest of them all, so that it changes with any of them, and a module may import
its neighbours by relative paths.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from sendcloud_inbound.http import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class Asset(NamedTuple):
    """One file, as it is sent."""

    media_type: str
    etag: str
    octets: bytes
    gzipped: bytes


@cache
def _assets() -> Mapping[str, Asset]:
    """Return all of them by name; read when a first page is asked for."""
    found = sorted(files(__package__).joinpath("static").iterdir(), key=lambda each: each.name)
    return {each.name: _asset(each.name, each.read_bytes()) for each in found}


def _asset(name: str, octets: bytes) -> Asset:
    etag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'
    return Asset(_MEDIA[name.rpartition(".")[2]], etag, octets, gzip.compress(octets, mtime=0))


@cache
def _digest() -> str:
    named = (name.encode() + asset.octets for name, asset in _assets().items())
    return hashlib.sha256(b"\0".join(named)).hexdigest()[:16]


def path_of(name: str) -> str:
    """Return the path of an asset; `KeyError` for one that is not there."""
    _assets()[name]
    return f"/ui/static/{_digest()}/{name}"


router = APIRouter(include_in_schema=False)


@router.get("/ui/static/{digest}/{name}")
async def get_asset(request: Request, digest: str, name: str) -> Response:
    """Send an asset.

    While a new version takes the place of an old one, pages of the one may ask the other: they get
    what is there, for now.
    """
    asset = _assets().get(name)
    if asset is None:
        raise problems.unknown_path(request.url.path)
    headers = {
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "Cache-Control": _FOR_EVER if digest == _digest() else _ASK_AGAIN,
    }
    if asset.etag[1:-1] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"Content-Encoding": "gzip", "ETag": f'{asset.etag[:-1]}-gzip"'}
        return Response(asset.gzipped, media_type=asset.media_type, headers=headers)
    return Response(asset.octets, media_type=asset.media_type, headers=headers)
