"""compose.scale.yaml, haproxy.cfg and the Kubernetes base fit the program, and each other."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from sendcloud_inbound.cli.program import app
from sendcloud_inbound.config import Loaded, load
from sendcloud_inbound.testing.container import HTTP_PORT, IMAGE, SMTP_PORT

DOCKER = Path(__file__).parents[2] / "docker"
KUBERNETES = DOCKER / "kubernetes"
DOCKERFILE = (DOCKER.parent / "Dockerfile").read_text()
HAPROXY = (DOCKER / "haproxy.cfg").read_text()
PREFIX = "SENDCLOUD_INBOUND_"
ROLES = ("smtp", "worker", "http")
OF_IMAGE = dict(re.findall(rf"({PREFIX}\w+)=(\S+)", DOCKERFILE))

COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.scale.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
NODES = {name: each for name, each in SERVICES.items() if each["image"] == IMAGE}

OBJECTS: list[dict[str, Any]] = [
    each for path in KUBERNETES.glob("*.yaml") for each in yaml.safe_load_all(path.read_text())
]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """Return the objects of a kind by their names."""
    return {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == kind}


DEPLOYMENTS, BUDGETS = of_kind("Deployment"), of_kind("PodDisruptionBudget")
PLAIN, SECRET = of_kind("ConfigMap"), of_kind("Secret")


def started(command: list[str], environ: dict[str, str]) -> Loaded:
    """Return the settings that a container has: the image's, its own, its command's.

    The command is read by the program's own command line.
    """
    name, *options = command
    serve = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    given = serve.make_context(name, options).params
    line: dict[str, Any] = {"roles": [role.value for role in given["role"]]}
    if given["http"]:
        line["http"] = dict(zip(("host", "port"), given["http"].split(":"), strict=True))
    return load(environ=OF_IMAGE | environ, command_line=line)


def of_compose(name: str) -> Loaded:
    """Return the settings of a service, with a password filled in."""
    environ = {
        name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", re.sub(r"\$\{\w+:\?.*?\}", "secret", text))
        for name, text in NODES[name]["environment"].items()
    }
    return started(NODES[name]["command"], environ)


def test_compose_has_what_it_says() -> None:
    """Two nodes of each role, each on the same database, none with a store of its own."""
    counts = dict.fromkeys(ROLES, 0)
    for name, node in NODES.items():
        settings = of_compose(name).settings
        assert settings.store.url == "postgresql://inbound:secret@postgres:5432/inbound"
        assert settings.http.public_url == "http://localhost:8025"
        counts[settings.roles[0]] += node.get("deploy", {}).get("replicas", 1)
    assert counts == dict.fromkeys(ROLES, 2)
    database = SERVICES["postgres"]["environment"]
    assert (database["POSTGRES_USER"], database["POSTGRES_DB"]) == ("inbound", "inbound")


def test_compose_runs_nobody_as_root() -> None:
    """No capability, no new privilege; our nodes also without anything to write to but /tmp."""
    for name, service in SERVICES.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if name not in NODES:
            assert service["user"] != "root"
    for name, node in NODES.items():
        assert node["read_only"] and node["tmpfs"] == ["/tmp"], name  # noqa: S108, PT018
        assert node["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "healthcheck" in SERVICES["postgres"]


def test_the_health_check_of_a_worker_has_somebody_to_ask() -> None:
    """`ready`, the image's health check, asks /readyz; nobody outside can."""
    for settings in (of_compose("worker").settings, of_deployment("inbound-worker").settings):
        assert settings.roles == ("worker", "http")
        assert (settings.http.host, settings.http.port) == ("127.0.0.1", HTTP_PORT)


def test_the_balancer_is_believed_and_nobody_else() -> None:
    """The smtp nodes trust the one address that compose gives it."""
    (address,) = (net["ipv4_address"] for net in SERVICES["balancer"]["networks"].values())
    (subnet,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert ip_address(address) in ip_network(subnet["subnet"])
    for name in ("smtp1", "smtp2"):
        smtp = of_compose(name).settings.smtp
        assert (smtp.proxy_protocol, smtp.proxy_trusted) == (True, (f"{address}/32",))
    assert "send-proxy-v2 check-send-proxy" in HAPROXY


def test_haproxy_knows_the_nodes_of_compose() -> None:
    """Its servers are the services, at the ports that they listen on; it has their time-outs."""
    servers = re.findall(r"^    server (\w+) (\w+):(\d+)$", HAPROXY, re.MULTILINE)
    assert [(name, host) for name, host, _ in servers] == [
        (each, each) for each in ("smtp1", "smtp2", "http1", "http2")
    ]
    for name, _, port in servers:
        settings = of_compose(name).settings
        smtp, http = (
            (settings.smtp.host, settings.smtp.port),
            (settings.http.host, settings.http.port),
        )
        at = smtp if settings.roles == ("smtp",) else http
        assert at == ("0.0.0.0", int(port))  # noqa: S104 - a container
    bound = re.findall(r"^    bind :(\d+)$", HAPROXY, re.MULTILINE)
    published = [each.split(":") for each in SERVICES["balancer"]["ports"]]
    assert [[outside, inside] for _, outside, inside in published] == [[at, at] for at in bound]
    assert set(SERVICES["balancer"]["depends_on"]) == {name for name, _, _ in servers}
    (client_s, server_s) = map(int, re.findall(r"timeout (?:client|server) (\d+)s", HAPROXY))
    assert min(client_s, server_s) > load(environ={}).settings.smtp.idle_timeout_s


def of_deployment(name: str) -> Loaded:
    """Return the settings of a Deployment's pods."""
    (container,) = pod(name)["containers"]
    maps = [each for source in container["envFrom"] for each in source.items()]
    assert maps == [("configMapRef", {"name": "inbound"}), ("secretRef", {"name": "inbound"})]
    environ = PLAIN["inbound"]["data"] | SECRET["inbound"]["stringData"]
    return started(container["args"], environ)


def pod(name: str) -> dict[str, Any]:
    """Return a Deployment's pod."""
    found: dict[str, Any] = DEPLOYMENTS[name]["spec"]["template"]["spec"]
    return found


def test_the_base_names_its_files_and_the_image() -> None:
    """All that is in the directory but the example of a secret, and itself."""
    (base,) = (each for each in OBJECTS if each["kind"] == "Kustomization")
    files = {path.name for path in KUBERNETES.glob("*.yaml")}
    assert {*base["resources"]} == files - {"kustomization.yaml", "secret.example.yaml"}
    assert [image["name"] for image in base["images"]] == [IMAGE]
    assert {name: pod(name)["containers"][0]["image"] for name in DEPLOYMENTS} == dict.fromkeys(
        DEPLOYMENTS, IMAGE
    )


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_nodes_that_fit_the_program(role: str) -> None:
    """Its settings are settings; two of them at least, one of which stays up whatever is done."""
    name = f"inbound-{role}"
    settings = of_deployment(name).settings
    assert settings.roles[0] == role
    assert settings.store.url.startswith("postgresql://")
    assert settings.accounts[0].api_user == "example_user"
    spec = DEPLOYMENTS[name]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["replicas"] >= 2
    assert spec["selector"]["matchLabels"] == labels
    assert BUDGETS[name]["spec"] == {"minAvailable": 1, "selector": {"matchLabels": labels}}
    prestop_s = int(
        (pod(name)["containers"][0].get("lifecycle") or LEFT_OUT)["preStop"]["exec"]["command"][1]
    )
    assert pod(name)["terminationGracePeriodSeconds"] > settings.shutdown_timeout_s + prestop_s


LEFT_OUT = {"preStop": {"exec": {"command": ["sleep", "0"]}}}


@pytest.mark.parametrize("role", ROLES)
def test_pods_run_as_any_user_but_root(role: str) -> None:
    """As the image allows: a number that is not root's, nothing to write to but /tmp."""
    spec = pod(f"inbound-{role}")
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108
    assert spec["volumes"] == [{"name": "tmp", "emptyDir": {}}]


@pytest.mark.parametrize(("role", "port"), [("smtp", SMTP_PORT), ("http", HTTP_PORT)])
def test_services_lead_to_the_ports_that_are_listened_on(role: str, port: int) -> None:
    """By name, to the pods of that role; the probes ask there too."""
    service = of_kind("Service")[f"inbound-{role}"]["spec"]
    (container,) = pod(f"inbound-{role}")["containers"]
    assert container["ports"] == [{"name": role, "containerPort": port}]
    assert service["ports"] == [{"name": role, "port": port, "targetPort": role}]
    labels = DEPLOYMENTS[f"inbound-{role}"]["spec"]["template"]["metadata"]["labels"]
    assert service["selector"] == labels
    settings = of_deployment(f"inbound-{role}").settings
    assert {"smtp": settings.smtp.port, "http": settings.http.port}[role] == port
    asked = [probe.get("httpGet") or probe.get("tcpSocket") for probe in probes(container)]
    assert {each["port"] for each in asked if each} == {role}
    assert {each["path"] for each in asked if each and "path" in each} <= {"/livez", "/readyz"}


@pytest.mark.parametrize("role", ROLES)
def test_probes_call_what_the_program_has(role: str) -> None:
    """`ready`, where they call a command."""
    (container,) = pod(f"inbound-{role}")["containers"]
    commands = [probe["exec"]["command"] for probe in probes(container) if "exec" in probe]
    assert all(command == ["sendcloud-inbound", "ready"] for command in commands)
    assert "readinessProbe" in container


def probes(container: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a container's probes."""
    return [each for name, each in container.items() if name.endswith("Probe")]
