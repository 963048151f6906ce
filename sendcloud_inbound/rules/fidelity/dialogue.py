"""How SendCloud speaks SMTP, and the ids it gives."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, differs, documented, unknown

_GUIDE = "tests/rules/test_guide.py::test_"
_IDS = "tests/rules/test_ids.py::test_"
_LIMITS = "tests/rules/test_limits.py::test_"
_SETTINGS = "tests/config/test_config.py::test_"

ROWS: Final = (
    documented(
        "smtp-dialogue",
        "Banner, EHLO, AUTH, MAIL, RCPT, DATA and QUIT are answered word for word as in the guide.",
        "1.2, G1",
        dialogue("guide"),
    ),
    unknown(
        "smtp-replies",
        "Whether EHLO, HELO and QUIT have the guide's texts or Haraka's, with the client's host.",
        "They have the guide's: no host in the greeting, no full stop at the end.",
        "1.2, D8",
        dialogue("guide"),
        dialogue("session/helo"),
    ),
    unknown(
        "smtp-ports",
        "Which ports there are: 25, 2525 and 587, or 465 and 587.",
        "2525 by default; another can be set, and one where TLS comes first.",
        "D7",
        f"{_SETTINGS}defaults_are_the_documented_ones",
        f"{_SETTINGS}command_line_wins_over_environment_over_file_over_default",
        dialogue("tls/implicit"),
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
        dialogue("session/ehlo"),
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
        "AUTH LOGIN takes API_USER and API_KEY, and no other key.",
        "1.4",
        dialogue("auth/initial_response"),
        dialogue("auth/two_prompts"),
        dialogue("auth/wrong_key"),
    ),
    unknown(
        "smtp-api-user-name",
        "Which names an API_USER may have.",
        "6 to 32 letters, digits or underscores, or an address as older ones have.",
        "D33",
        f"{_SETTINGS}both_generations_of_api_user_are_names",
        f"{_SETTINGS}other_texts_are_no_names",
        dialogue("auth/address_as_user_name"),
    ),
    documented(
        "smtp-auth-label",
        "A login name of the form API_USER#label_id carries the label of the mail.",
        "1.4, G22",
        dialogue("auth/label"),
    ),
    unknown(
        "smtp-auth-label-unknown",
        "What a label_id does that no label has.",
        "Every label_id is kept and told as it was given: there is no list of labels.",
        "S14",
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
        "A message of 16000000 octets, its last dot included, is taken; a longer one gets 550 at "
        "its end.",
        "1.6, D5",
        dialogue("limits/sixteen_million"),
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
        dialogue("data/cr_dot_does_not_end"),
    ),
    documented(
        "smtp-bare-lf",
        "A lone dot before a bare LF gets 451 and ends the transaction.",
        "1.8",
        dialogue("data/bare_lf_dot"),
    ),
    documented(
        "smtp-idle",
        "A session without a word for 300 s gets 421 timeout and is closed.",
        "1.6, 1.8",
        f"{_SETTINGS}defaults_are_the_documented_ones",
        dialogue("limits/idle_in_session"),
    ),
    documented(
        "smtp-loop",
        "A message with a hundred Received fields is refused as a loop, one of 99 is not.",
        "1.8",
        dialogue("data/received_99"),
        dialogue("data/received_100"),
    ),
    unknown(
        "smtp-frequency",
        "At which command 536 Frequency limited comes, and what it counts.",
        "At MAIL; messages of an API_USER within a sliding minute, 20,000 by default.",
        "1.6, S18",
        dialogue("limits/frequency"),
        dialogue("limits/frequency_per_api_user"),
        f"{_LIMITS}no_minute_has_more_than_the_limit",
        f"{_SETTINGS}sendclouds_limits_are_the_defaults",
    ),
    unknown(
        "smtp-quota",
        "What a used-up daily quota gets, and how large a test account's is.",
        "553 Request quota exceeded at the end of DATA, until midnight UTC; no quota by default.",
        "1.6, D40, S19",
        dialogue("limits/daily_quota"),
        f"{_LIMITS}a_quota_is_for_a_day_in_utc",
        f"{_SETTINGS}sendclouds_limits_are_the_defaults",
    ),
    unknown(
        "smtp-caps",
        "How many recipients, messages and connections SendCloud's own server allows.",
        "None is capped by default; each has a setting.",
        "1.6, S17",
        dialogue("rcpt/no_limit"),
        f"{_SETTINGS}sendclouds_limits_are_the_defaults",
        dialogue("limits/recipients"),
        dialogue("limits/messages_per_connection"),
        dialogue("limits/connections"),
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
        "A messageId has SendCloud's grammar, and the last reply tells it.",
        "2.1, 1.2",
        dialogue("guide"),
        f"{_IDS}every_known_sample_is_read_and_written_back",
    ),
    documented(
        "ids-email-id",
        "emailId is messageId, position and recipient.",
        "2.2, G3, G4",
        f"{_GUIDE}g3_email_id_from_message_id",
        f"{_GUIDE}g4_email_ids_of_a_hundred_recipients",
        "tests/e2e/test_guide.py::test_two_recipients_two_emails",
    ),
    unknown(
        "ids-parts",
        "What part 3 of a messageId is, and whether the address in it has _ or -.",
        "The process number; underscores.",
        "2.2, D28",
        f"{_IDS}an_id_holds_time_user_and_process",
        "tests/test_making.py::test_ids_tell_process_and_host",
    ),
)
