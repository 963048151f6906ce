"""`SendCloudContainer`: the sandbox's image, run by testcontainers.

It is for tests that are to meet the image that others run; who only wants a sandbox has one without
a container engine by the fixtures or by `sendcloud-inbound run`.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from sendcloud_inbound.client import SandboxClient
from sendcloud_inbound.config.account import SANDBOX_ACCOUNT

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.exceptions import ContainerStartException
    from testcontainers.core.waiting_utils import WaitStrategy, WaitStrategyTarget
else:
    try:
        from testcontainers.core.container import DockerContainer
        from testcontainers.core.exceptions import ContainerStartException
        from testcontainers.core.waiting_utils import WaitStrategy
    except ImportError:  # not there, or too old: the module can be imported all the same

        class WaitStrategy:
            """Stands for what is not installed."""

            def __init__(self, *_: object, **__: object) -> None:
                raise ImportError(
                    "SendCloudContainer needs testcontainers 4.14.2 or later: "
                    "pip install 'sendcloud-inbound[container]'"
                )

        DockerContainer, ContainerStartException = WaitStrategy, Exception

IMAGE: Final = "sendcloud-inbound"
SMTP_PORT: Final = 2525
HTTP_PORT: Final = 8025
"""The ports within the container; outside, the engine picks free ones."""
START_S: Final = 60.0
_LOOK_S = 0.1
_ANSWER_S = 5.0
_HOST = {"host.docker.internal": "host-gateway"}


class SendCloudContainer(DockerContainer):
    """A sandbox in a container: ready when the block begins, gone with its mail when it ends.

    It is a `DockerContainer`: settings go in by `with_env("SENDCLOUD_INBOUND_...", ...)`. Receivers
    of webhooks on this machine are reached as `host.docker.internal`. Tracking links lead to
    `http.public_url`: set it, and bind that port, to follow them from outside.

    Args:
        image: The image, as `docker build -t sendcloud-inbound .` makes it.
        api_user: The one account's name to log in with.
        api_key: The password of that login.
        app_key: What its webhook calls are signed with.
        start_s: How many seconds it may take until it is ready.
        more: What `DockerContainer` takes.

    Raises:
        ImportError: The extra `container` is not installed.
        ContainerStartException: By `start`, when it ends or is not ready in time.
    """

    def __init__(
        self,
        image: str = IMAGE,
        *,
        api_user: str = SANDBOX_ACCOUNT.api_user,
        api_key: str = SANDBOX_ACCOUNT.api_key,
        app_key: str = SANDBOX_ACCOUNT.app_key,
        start_s: float = START_S,
        **more: Any,  # noqa: ANN401 - handed on
    ) -> None:
        super().__init__(image, **{"extra_hosts": _HOST} | more)
        self.api_user, self.api_key, self.app_key = api_user, api_key, app_key
        account = {"api_user": api_user, "api_key": api_key, "app_key": app_key}
        self.with_env("SENDCLOUD_INBOUND_ACCOUNTS", json.dumps([account]))
        self.with_exposed_ports(SMTP_PORT, HTTP_PORT)
        self.waiting_for(_Ready(start_s))

    @property
    def smtp_host(self) -> str:
        """Where SMTP is reached from this machine."""
        return self.get_container_host_ip()

    @property
    def smtp_port(self) -> int:
        """The port of SMTP on `smtp_host`."""
        return self.get_exposed_port(SMTP_PORT)

    @property
    def http_url(self) -> str:
        """Where the inspection API is reached from this machine."""
        return _http_url(self)

    def client(self) -> SandboxClient:
        """Return a client of the inspection API; close it, or use it as a block."""
        return SandboxClient(self.http_url)


class _Ready(WaitStrategy):
    """Until `/readyz` says that all listeners and the store are well.

    testcontainers' own strategy for HTTP waits on when the container has ended.
    """

    def __init__(self, start_s: float) -> None:
        super().__init__()
        self._start_s = start_s

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        """Return once it is ready."""
        try:
            with httpx.Client(trust_env=False, timeout=_ANSWER_S) as http:
                self._wait(http, container)
        except OSError as error:  # testcontainers too says by one that a container has ended
            raise ContainerStartException(
                f"the sandbox did not start: {error}; the last line of its log: {_said(container)}"
            ) from error

    def _wait(self, http: httpx.Client, container: WaitStrategyTarget) -> None:
        until = time.monotonic() + self._start_s
        while not _is_ready(http, container):
            if time.monotonic() > until:
                raise TimeoutError(f"it was not ready within {self._start_s:g} s")
            time.sleep(_LOOK_S)


def _is_ready(http: httpx.Client, container: WaitStrategyTarget) -> bool:
    try:
        return http.get(f"{_http_url(container)}/readyz").is_success
    except httpx.HTTPError:
        return False


def _http_url(container: WaitStrategyTarget) -> str:
    return f"http://{container.get_container_host_ip()}:{container.get_exposed_port(HTTP_PORT)}"


def _said(container: WaitStrategyTarget) -> str:
    lines = b"".join(container.get_logs()).decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
