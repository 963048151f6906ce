"""Rows of the table about envelope, other headers and lines (SENDCLOUD.md 1.5, 1.9, 4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.model import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIL: Mapping[str, Rule] = {
    "rcpt-overridden": Rule(
        Level.ADVICE,
        "X-SMTPAPI's to names the recipients, so {count} of RCPT get nothing: {addresses}",
        "Add them to the array to, with their values in sub; or leave to out, then the RCPT "
        "addresses are the recipients. With to, one RCPT of its first address is enough",
        "SENDCLOUD.md 1.5, G15, D16",
    ),
    "mail-from-replaced": Rule(
        Level.IGNORED,
        "MAIL FROM {mail_from} is taken and thrown away: the mail leaves with an envelope sender "
        "of the API_USER's sending domain, and From says {sender}",
        "Expect bounces as events, not as mail to that address. What people are to see and answer "
        "goes into From and Reply-To. Python: msg['Reply-To'] = '{mail_from}'",
        "SENDCLOUD.md 1.5",
    ),
    "label-unknown": Rule(
        Level.ADVICE,
        "The API_USER has no label of the number {label_id}: mail and events carry it as it is, "
        "and labelName stays empty",
        "Write the number of a label behind #, as label/list tells it and label/add makes it; or "
        "log in by the name of the API_USER alone",
        "SENDCLOUD.md 1.4, S14",
    ),
    "bcc-header": Rule(
        Level.IGNORED,
        "Bcc is only a header: it makes nobody a recipient, and all others may read it",
        "Remove the header and name the addresses as recipients: in X-SMTPAPI's to, or by RCPT "
        "when there is no to. Python: del msg['Bcc']; nodemailer: envelope: {{from, to: [...]}}",
        "S15, D16",
    ),
    "same-message-id": Rule(
        Level.ADVICE,
        "The {count} mails to the recipients in to differ, yet all carry this Message-ID: who gets "
        "two of them may see one, and answers cannot be told apart",
        "Leave Message-ID out, then SendCloud makes one for each; behind Postfix and Exim, which "
        "would add one, keep it"
        "\nPython: no make_msgid()"
        "\nnodemailer, which sets one by itself, on the finished mail: "
        "mime.replace(/^Message-ID:.*\\r\\n/m, '')",
        "SENDCLOUD.md 6.5",
    ),
    "sc-custom-empty": Rule(
        Level.ADVICE,
        "{name} is empty: the HTTP API refuses that (40902); by SMTP it is taken",
        "Give it a value, or leave the header out where there is none",
        "SENDCLOUD.md 4.6",
    ),
    "sc-custom-dot": Rule(
        Level.ADVICE,
        "The value of {name} has a full stop in it, {value}: the HTTP API refuses that (40902); by "
        "SMTP it is taken",
        "Use another sign, if the mail may go by HTTP one day. Python: value.replace('.', '-')",
        "SENDCLOUD.md 4.6",
    ),
    "sc-custom-too-long": Rule(
        Level.ADVICE,
        "The SC-Custom- headers have {octets} octets together, the HTTP API takes {limit} with "
        "address lists; by SMTP they are taken",
        "Send a short key of your own, such as an order number, and look the rest up when the "
        "event brings it back",
        "SENDCLOUD.md 4.6",
    ),
    "xsmtpapi-long-line": Rule(
        Level.ADVICE,
        "X-SMTPAPI has a line of {octets} octets. SendCloud wants it so, yet relays take {limit}: "
        "Postfix and mutt fold it, Exim refuses it, and a folded value is reported dropped",
        "Nothing, when your program speaks to SendCloud itself. Through a relay: fewer recipients "
        "in a message, what is the same for all in pubsub, and smtp_line_length_limit = 0 in "
        "Postfix's main.cf",
        "SENDCLOUD.md 1.9, SENDCLOUD.md 3.5, CLIENTS.md",
    ),
    "forced-refusal": Rule(
        Level.REFUSED,
        "Refused with {reply} because somebody asked for it, by a rule or by the name of {address}",
        "Send to another address, or remove the rule. GET /sandbox/v1/rules shows an API_USER's",
        "HARAKA.md 6",
    ),
    "forced-silence": Rule(
        Level.ADVICE,
        "Taken, then the connection was closed without a reply because somebody asked for it, by a "
        "rule or by the name of {address}. The client cannot know, and may send it again",
        "Send to another address, or remove the rule. GET /sandbox/v1/rules shows an API_USER's",
        "RFC 5321 4",
    ),
    "header-long-line": Rule(
        Level.ADVICE,
        "{name} has a line of {octets} octets, more than the {limit} of RFC 5322: SendCloud breaks "
        "it, relays fold or refuse it",
        "Fold it at a blank, as mail libraries do. Python: EmailMessage(policy=email.policy.SMTP)",
        "SENDCLOUD.md 1.9, RFC 5322 2",
    ),
    "body-long-line": Rule(
        Level.ADVICE,
        "Lines of the body with more than {limit} octets: {count}, the first is line {line} of the "
        "message with {octets}. SendCloud's server breaks them with a line end and a blank, in the "
        "middle of a word, a tag or a variable",
        "Send the part as quoted-printable or base64"
        "\nPython EmailMessage: msg.set_content(html, subtype='html', cte='quoted-printable')"
        "\nPHPMailer: $mail->Encoding = 'quoted-printable'"
        "\nnodemailer does so by itself",
        "SENDCLOUD.md 1.9, HARAKA.md 4",
    ),
}
"""What is wrong around X-SMTPAPI."""
