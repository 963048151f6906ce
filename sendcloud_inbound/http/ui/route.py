"""Problems of pages, told as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.http import problems
from sendcloud_inbound.http.ui import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.responses import Response


class PageRoute(APIRoute):
    """The route of a page: whoever asks is a person."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers: the page, or one that says what is wrong."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except problems.ProblemError as error:
                return pages.problem(request, error)
            except RequestValidationError as error:
                return pages.problem(request, problems.wrong_parameter(error))
            except StoreUnavailable as error:
                return pages.problem(request, problems.store_unavailable(error))

        return handle


nowhere = APIRouter(route_class=PageRoute, include_in_schema=False)


@nowhere.get("/ui/{path:path}")
async def find_nothing(path: str) -> Response:
    """Say that there is no such page."""
    raise problems.unknown_path(f"/ui/{path}")
