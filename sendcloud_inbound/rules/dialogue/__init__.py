"""The SMTP session as a state machine: octets in, replies and requests out. No socket, no clock.

    requests   what the server offers (`Terms`), and what a session asks of its driver
    inbox      octets as they came, taken out as command lines
    data       from 354 to the dot
    login      the prompts of AUTH LOGIN
    paths      plain MAIL and RCPT lines, and their parameters
    notes      what is written down for the transcripts
    machine    `Dialogue`: the commands, and what is said when

The texts are those of `rules.replies`. The rules are HARAKA.md 1 to 5, save where the guide or a
decision speaks: MAIL needs a login on every port; a new AUTH after a failure starts afresh; one
after success is unrecognized and keeps the login; the session goes on after 550 for size; only
CRLF . CRLF ends the data.
"""

from __future__ import annotations

from sendcloud_inbound.rules.dialogue.machine import Dialogue
from sendcloud_inbound.rules.dialogue.requests import (
    Close,
    Login,
    Message,
    Recipient,
    Request,
    Sender,
    StartTls,
    Terms,
)

__all__ = [
    "Close",
    "Dialogue",
    "Login",
    "Message",
    "Recipient",
    "Request",
    "Sender",
    "StartTls",
    "Terms",
]
