"""The library that each program uses, and its version where it is installed."""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from tests.clients import runners

_LIBRARIES = {
    "aiosmtplib": ("aiosmtplib", "pypi"),
    "commons_email": ("Commons Email", "libcommons-email-java"),
    "curl": ("curl", "curl"),
    "django": ("Django", "pypi"),
    "django_sendcloud2": ("django-sendcloud2", "pypi"),
    "emailjs": ("emailjs", "npm"),
    "fastapi_mail": ("fastapi-mail", "pypi"),
    "flask_mail": ("Flask-Mail", "pypi"),
    "jakarta_mail": ("Jakarta Mail", "libjakarta-mail-java"),
    "java_vendor": ("java.net.http", "openjdk-17-jre-headless"),
    "javax_mail": ("JavaMail", "libmail-java"),
    "msmtp": ("msmtp", "msmtp"),
    "mutt": ("mutt", "mutt"),
    "nodemailer": ("nodemailer", "npm"),
    "npm_sendcloud": ("sendcloud", "npm"),
    "npm_sendcloud_client": ("sendcloud-client", "npm"),
    "pear_mail": ("PEAR Mail", "php-mail"),
    "perl_email_sender": ("Email::Sender", "libemail-sender-perl"),
    "perl_form_data": ("HTTP::Tiny", "perl"),
    "perl_mime_lite": ("MIME::Lite", "libmime-lite-perl"),
    "php": ("PHP", "php8.2-cli"),
    "phpmailer": ("PHPMailer", "libphp-phpmailer"),
    "py": ("smtplib", "python"),
    "py_vendor_s": ("urllib", "python"),
    "redmail": ("redmail", "pypi"),
    "requests": ("requests", "pypi"),
    "ruby_mail": ("mail", "ruby-mail"),
    "ruby_net_smtp": ("Net::SMTP", "ruby"),
    "ruby_rest_client": ("Net::HTTP", "ruby3.1"),
    "s_nail": ("s-nail", "s-nail"),
    "sendemail": ("sendEmail", "sendemail"),
    "swaks": ("swaks", "swaks"),
    "symfony_mailer": ("Symfony Mailer", "php-symfony-mailer"),
}
"""By the beginning of a program's name: the library, and what knows its version."""

_PACKAGE = re.compile(r"Package: (\S+)\nStatus: \S+ ok installed\n(?:.*\n)*?Version: (\S+)")


def made_by(name: str) -> str:
    """Return the library of a program."""
    return _of(name)[0]


def version(name: str) -> str | None:
    """Return its version; None where it is not installed."""
    return _version(*_of(name))


def is_at_hand(name: str, captured: str) -> bool:
    """Whether a program can be run, by the version it was captured with.

    Another version may rightly send something else. The standard library has sent the same in all
    of its own (CLIENTS.md, "Python, exactly"), and is always there.
    """
    if name.startswith("py_"):
        return True
    return runners.is_installed(name) and version(name) == captured


def _of(name: str) -> tuple[str, str]:
    return _LIBRARIES[max(filter(name.startswith, _LIBRARIES), key=len)]


def _version(library: str, told_by: str) -> str | None:
    match told_by:
        case "python":
            return f"Python {platform.python_version()}"
        case "npm":
            return _of_npm(library)
        case "pypi":
            return _of_pypi(library)
        case package:
            found = _of_debian().get(package)
            return found and f"Debian {found}"


def _of_npm(library: str) -> str | None:
    package = runners.NODE / "node_modules" / library / "package.json"
    return str(json.loads(package.read_text())["version"]) if package.exists() else None


@cache
def _of_pypi(library: str) -> str | None:
    if sys.executable != runners.PYTHON:
        question = f"import importlib.metadata as m; print(m.version({library!r}))"
        command = [runners.PYTHON, "-c", question]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


@cache
def _of_debian() -> dict[str, str]:
    """Return the versions of all packages that are installed; none on other systems."""
    status = Path("/var/lib/dpkg/status")
    packages = status.read_text(errors="replace").split("\n\n") if status.exists() else []
    return {found[1]: found[2] for each in packages if (found := _PACKAGE.match(each))}
