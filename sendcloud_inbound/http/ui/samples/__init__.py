"""Code for people to copy, with this server's host, port and keys in it.

A file for each client. Jinja2 puts in `host`, `port`, `api_user`, `api_key` and `url`, by filters
that write literals of the language. Each sends one mail whose X-SMTPAPI is the last header and one
line, also where the client would have it otherwise.
"""

from __future__ import annotations

import json
import shlex
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sample(NamedTuple):
    """The code for one client."""

    name: str
    title: str
    """What people call the client."""
    file: str
    code: str = ""


CLIENTS = (
    Sample("smtplib", "Python smtplib", "smtplib.py.txt"),
    Sample("django", "Django", "django.py.txt"),
    Sample("nodemailer", "Node.js nodemailer", "nodemailer.js.txt"),
    Sample("phpmailer", "PHP PHPMailer", "phpmailer.php.txt"),
    Sample("jakarta", "Java Jakarta Mail", "jakarta.java.txt"),
    Sample("go", "Go net/smtp", "go.go.txt"),
    Sample("ruby", "Ruby mail", "ruby.rb.txt"),
    Sample("mailkit", ".NET MailKit", "mailkit.cs.txt"),
    Sample("curl", "curl", "curl.sh.txt"),
    Sample("swaks", "swaks", "swaks.sh.txt"),
)
"""Those that send by SMTP."""
OTHERS = (
    Sample("api", "HTTP API", "api.sh.txt"),
    Sample("webhook", "Webhook", "webhook.py.txt"),
    Sample("ci", "CI", "ci.sh.txt"),
)
"""What else one wants in the first minutes."""


def filled(sample: Sample, values: Mapping[str, object]) -> Sample:
    """Return a sample with its code, for a server and an API_USER."""
    return sample._replace(code=_environment().get_template(sample.file).render(values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__, ""),
        autoescape=False,  # noqa: S701 - it is code; the page that shows it escapes all of it
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "quoted": _quoted,
        "shell": shlex.quote,
        "php": _php,
        "ruby": _ruby,
    }
    return environment


def _quoted(text: str) -> str:
    """Write a text as JSON does, and Python, JavaScript, Java, Go and C# read it."""
    return json.dumps(text, ensure_ascii=False)


def _ruby(text: str) -> str:
    return _quoted(text).replace("#", "\\#")


def _php(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
