"""How SendCloud speaks SMTP, and the ids it gives."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, differs, documented, unknown

_GUIDE = "tests/rules/test_guide.py::test_"

ROWS: Final = (
    documented(
        "smtp-dialogue",
        "Banner, EHLO, AUTH, MAIL, RCPT, DATA and QUIT are answered word for word as in the guide.",
        "1.2, G1",
        dialogue("guide"),
    ),
    documented(
        "smtp-ehlo-keywords",
        "EHLO offers PIPELINING, 8BITMIME, SIZE 16000000 and AUTH LOGIN.",
        "1.2, G2, D5",
        dialogue("session/ehlo"),
    ),
    documented(
        "smtp-starttls",
        "With TLS on offer EHLO names STARTTLS just before AUTH.",
        "1.2, D6",
        dialogue("tls/offered"),
    ),
    unknown(
        "smtp-smtputf8",
        "One recorded server of 2023 offers SMTPUTF8; the documents do not.",
        "SMTPUTF8 is not offered; addresses in UTF-8 are carried all the same in to of X-SMTPAPI.",
        "D6",
        dialogue("xsmtpapi/utf8_address"),
    ),
    documented(
        "smtp-eight-bit-address",
        "RCPT with an address beyond ASCII gets 501.",
        "1.8",
        dialogue("lines/eight_bit_address"),
    ),
    documented(
        "smtp-auth",
        "AUTH LOGIN takes API_USER and API_KEY.",
        "1.4",
        dialogue("auth/initial_response"),
    ),
    documented(
        "smtp-auth-label",
        "A login name of the form API_USER#label_id carries the label of the mail.",
        "1.4, G22",
        dialogue("auth/label"),
    ),
    documented(
        "smtp-auth-required",
        "MAIL before a login gets 550 Authentication required.",
        "1.4",
        dialogue("mail/not_logged_in"),
    ),
    documented(
        "smtp-auth-delay",
        "The reply to a wrong key comes later with each failure of a session.",
        "1.8",
        dialogue("auth/failure_is_delayed"),
    ),
    differs(
        "smtp-auth-retry",
        "After a failed login Haraka 2.2.4 mixes up the next one.",
        "A new AUTH after a failure begins afresh.",
        "1.8",
        dialogue("auth/retry"),
    ),
    documented(
        "smtp-size",
        "A message over 16000000 octets gets 550 at its end.",
        "1.6, D5",
        dialogue("limits/sixteen_million_and_one"),
    ),
    differs(
        "smtp-size-then",
        "After that 550 Haraka 2.2.4 hangs.",
        "The session goes on.",
        "1.8",
        dialogue("limits/size_exceeded"),
    ),
    differs(
        "smtp-end-of-data",
        "Haraka 2.2.4 ends DATA at a bare LF . CRLF too, which lets mail be smuggled.",
        "Only CRLF . CRLF ends DATA.",
        "1.8",
        dialogue("data/lf_dot_crlf_goes_on"),
    ),
    documented(
        "smtp-loop",
        "A message with a hundred Received fields is refused as a loop.",
        "1.8",
        dialogue("data/received_100"),
    ),
    unknown(
        "smtp-frequency",
        "At which command 536 Frequency limited comes, and what it counts.",
        "At MAIL; messages of an API_USER within a sliding minute.",
        "1.6, S18",
        dialogue("limits/frequency"),
    ),
    unknown(
        "smtp-quota",
        "What a used-up daily quota gets.",
        "553 Request quota exceeded at the end of DATA; no quota by default.",
        "1.6, S19",
        dialogue("limits/daily_quota"),
    ),
    unknown(
        "smtp-caps",
        "How many recipients, messages and connections SendCloud's own server allows.",
        "None is capped by default; each has a setting.",
        "1.6, S17",
        dialogue("rcpt/no_limit"),
    ),
    differs(
        "smtp-template-check",
        "553 template_validate refuses mail that matches no reviewed template.",
        "Content is not reviewed; a rule can refuse after the dot with any words.",
        "1.7, S20",
        dialogue("forced/rules"),
    ),
    documented(
        "ids-message-id",
        "A messageId has SendCloud's grammar.",
        "2.1",
        "tests/rules/test_ids.py::test_every_known_sample_is_read_and_written_back",
    ),
    documented(
        "ids-email-id",
        "emailId is messageId, position and recipient.",
        "2.2, G3, G4",
        f"{_GUIDE}g3_email_id_from_message_id",
    ),
    unknown(
        "ids-parts",
        "What part 3 of a messageId is, and whether the address in it has _ or -.",
        "The process number; underscores.",
        "2.2, D28",
        "tests/rules/test_ids.py::test_an_id_holds_time_user_and_process",
    ),
)
