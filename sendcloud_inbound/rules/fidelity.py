"""The matrix of SendCloud's behaviours: which are here, which differ, which nobody knows.

Each row names where the behaviour is written down and the test that keeps the row true. Sources
are sections of SENDCLOUD.md, its guide examples (G), disagreements of the documents (D) and
silences (S).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Fidelity = Literal["implemented", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour of SendCloud."""

    name: str
    """Short, unique, for programs."""
    behaviour: str
    """What SendCloud does, in one sentence; of `unknown`, what nobody has written down."""
    status: Fidelity
    """`implemented`: as documented. `differs`: documented, and other here. `unknown`: the documents
    are silent or contradict one another, and the sandbox has decided."""
    source: str
    test: str
    """The pytest id of the test that keeps the row true."""
    sandbox: str | None = None
    """What the sandbox does, where that is not the documented behaviour."""


def _documented(name: str, behaviour: str, source: str, test: str) -> Behaviour:
    return Behaviour(name, behaviour, "implemented", source, test)


def _differs(name: str, behaviour: str, sandbox: str, source: str, test: str) -> Behaviour:
    return Behaviour(name, behaviour, "differs", source, test, sandbox)


def _unknown(name: str, behaviour: str, sandbox: str, source: str, test: str) -> Behaviour:
    return Behaviour(name, behaviour, "unknown", source, test, sandbox)


def _dialogue(name: str) -> str:
    return f"tests/dialogues/test_dialogues.py::test_server_keeps_to_the_transcript[{name}]"


_GUIDE = "tests/rules/test_guide.py::test_"
_SUBSTITUTION = "tests/rules/test_substitution.py::test_"
_SENDING = "tests/rules/test_sending.py::test_"
_EXPANSION = "tests/rules/test_expansion.py::test_"
_REWRITING = "tests/rules/test_rewriting.py::test_"
_TELLER = "tests/webhooks/test_teller.py::test_"
_POSTER = "tests/webhooks/test_poster.py::test_"

_SMTP = (
    _documented(
        "smtp-dialogue",
        "Banner, EHLO, AUTH, MAIL, RCPT, DATA and QUIT are answered word for word as in the guide.",
        "1.2, G1",
        _dialogue("guide"),
    ),
    _documented(
        "smtp-ehlo-keywords",
        "EHLO offers PIPELINING, 8BITMIME, SIZE 16000000 and AUTH PLAIN LOGIN.",
        "1.2, G2, D5",
        _dialogue("session/ehlo"),
    ),
    _documented(
        "smtp-starttls",
        "With TLS on offer EHLO names STARTTLS just before AUTH.",
        "1.2, D6",
        _dialogue("tls/offered"),
    ),
    _unknown(
        "smtp-smtputf8",
        "One recorded server of 2023 offers SMTPUTF8; the documents do not.",
        "SMTPUTF8 is not offered; addresses and headers in UTF-8 are carried all the same.",
        "D6",
        _dialogue("lines/eight_bit_address"),
    ),
    _documented(
        "smtp-auth",
        "AUTH PLAIN and LOGIN take API_USER and API_KEY.",
        "1.4",
        _dialogue("auth/initial_response"),
    ),
    _documented(
        "smtp-auth-label",
        "A login name of the form API_USER#label_id carries the label of the mail.",
        "1.4, G22",
        _dialogue("auth/label"),
    ),
    _documented(
        "smtp-auth-required",
        "MAIL before a login gets 550 Authentication required.",
        "1.4",
        _dialogue("mail/not_logged_in"),
    ),
    _documented(
        "smtp-auth-delay",
        "The reply to a wrong key comes later with each failure of a session.",
        "1.8",
        _dialogue("auth/failure_is_delayed"),
    ),
    _differs(
        "smtp-auth-retry",
        "After a failed login Haraka 2.2.4 mixes up the next one.",
        "A new AUTH after a failure begins afresh.",
        "1.8",
        _dialogue("auth/retry"),
    ),
    _documented(
        "smtp-size",
        "A message over 16000000 octets gets 550 at its end.",
        "1.6, D5",
        _dialogue("limits/sixteen_million_and_one"),
    ),
    _differs(
        "smtp-size-then",
        "After that 550 Haraka 2.2.4 hangs.",
        "The session goes on.",
        "1.8",
        _dialogue("limits/size_exceeded"),
    ),
    _differs(
        "smtp-end-of-data",
        "Haraka 2.2.4 ends DATA at a bare LF . CRLF too, which lets mail be smuggled.",
        "Only CRLF . CRLF ends DATA.",
        "1.8",
        _dialogue("data/lf_dot_crlf_goes_on"),
    ),
    _documented(
        "smtp-loop",
        "A message with a hundred Received fields is refused as a loop.",
        "1.8",
        _dialogue("data/received_100"),
    ),
    _unknown(
        "smtp-frequency",
        "At which command 536 Frequency limited comes, and what it counts.",
        "At MAIL; messages of an API_USER within a sliding minute.",
        "1.6, S18",
        _dialogue("limits/frequency"),
    ),
    _unknown(
        "smtp-quota",
        "What a used-up daily quota gets.",
        "553 Request quota exceeded at the end of DATA; no quota by default.",
        "1.6, S19",
        _dialogue("limits/daily_quota"),
    ),
    _unknown(
        "smtp-caps",
        "How many recipients, messages and connections SendCloud's own server allows.",
        "None is capped by default; each has a setting.",
        "1.6, S17",
        _dialogue("rcpt/no_limit"),
    ),
    _differs(
        "smtp-template-check",
        "553 template_validate refuses mail that matches no reviewed template.",
        "Content is not reviewed; a rule can produce the reply.",
        "1.7, S20",
        _dialogue("forced/rules"),
    ),
)

_IDS = (
    _documented(
        "ids-message-id",
        "The reply to the final dot carries the messageId, in SendCloud's grammar.",
        "2.1",
        "tests/rules/test_ids.py::test_every_known_sample_is_read_and_written_back",
    ),
    _documented(
        "ids-email-id",
        "emailId is messageId, position and recipient.",
        "2.2, G3, G4",
        f"{_GUIDE}g3_email_id_from_message_id",
    ),
    _unknown(
        "ids-parts",
        "What part 3 of a messageId is, and whether the address in it has _ or -.",
        "The process number; underscores.",
        "2.2, D28",
        "tests/rules/test_ids.py::test_an_id_holds_time_user_and_process",
    ),
)

_XSMTPAPI = (
    _documented(
        "xsmtpapi-last",
        "X-SMTPAPI has to be the last header.",
        "3, G11, D13",
        f"{_GUIDE}g11_header_not_last",
    ),
    _documented(
        "xsmtpapi-not-base64",
        "A value that is not base64 is accepted, and the mail becomes invalid afterwards.",
        "3.5, G12, D10",
        f"{_GUIDE}g12_header_not_base64",
    ),
    _documented(
        "xsmtpapi-length",
        "The value has at most 1 MB.",
        "3.4, G14",
        f"{_GUIDE}g14_length",
    ),
    _documented(
        "xsmtpapi-to",
        "The addresses in to outrank RCPT.",
        "3.2, G15",
        f"{_GUIDE}g15_to",
    ),
    _documented(
        "xsmtpapi-to-100",
        "to has at most 100 addresses.",
        "3.1, G16",
        f"{_GUIDE}g16_more_than_100_in_to",
    ),
    _documented(
        "xsmtpapi-sub",
        "sub replaces variables by position in to.",
        "3.3, G6, G10, G17",
        f"{_SUBSTITUTION}g17_ben_and_joe",
    ),
    _documented(
        "xsmtpapi-pubsub",
        "pubsub replaces variables alike for all, with and without to.",
        "3.3, G7, G8",
        f"{_SUBSTITUTION}g8_pubsub_without_to",
    ),
    _documented(
        "xsmtpapi-pubsub-outranks-sub",
        "Where there is pubsub, sub is ignored as a whole.",
        "3.2, G9",
        f"{_SUBSTITUTION}g9_pubsub_outranks_sub_as_a_whole",
    ),
    _documented(
        "xsmtpapi-section",
        "section replaces a variable inside a value of sub.",
        "3.3, D14",
        f"{_SUBSTITUTION}d14_section_is_replaced_inside_values_and_in_the_text",
    ),
    _documented(
        "xsmtpapi-filters",
        "filters switch opens, clicks and the unsubscribe link for one mail.",
        "3.1, G18",
        f"{_GUIDE}g18_filters_put_links_into_the_copy",
    ),
    _documented(
        "xsmtpapi-filters-need-a-domain",
        "enable takes effect only where a tracking domain is configured.",
        "3.1, D45",
        f"{_SENDING}d45_filters_without_a_tracking_domain_are_told",
    ),
    _documented(
        "xsmtpapi-page-id",
        "page_id chooses the unsubscribe page, one for all or one for each recipient.",
        "3.1, G19, G20, D41",
        f"{_GUIDE}g20_each_recipient_has_the_link_to_their_page",
    ),
    _documented(
        "xsmtpapi-send-domain",
        "send_domain chooses the sending domain.",
        "3.1, G21",
        f"{_GUIDE}g21_send_domain",
    ),
    _unknown(
        "xsmtpapi-refusal",
        "With which reply the server reports xsmtpapi error.",
        "552 xsmtpapi error after the final dot.",
        "3.5, S1",
        "tests/rules/test_acceptance.py::test_what_the_server_sees_is_refused_at_once",
    ),
    _unknown(
        "xsmtpapi-not-json",
        "What base64 of no JSON object, or of wrong types, gets over SMTP.",
        "552 xsmtpapi error; an empty object has no effect.",
        "S2, S3",
        _dialogue("xsmtpapi/not_an_object"),
    ),
    _unknown(
        "xsmtpapi-invalid-events",
        "Which events a mail has that the worker refuses, and their sub-status.",
        "request, then invalid with 409 for each address of RCPT.",
        "S4, S5, D11",
        "tests/worker/test_settling.py::test_mail_that_the_worker_refuses_is_told_so",
    ),
    _unknown(
        "xsmtpapi-twice",
        "What two X-SMTPAPI headers, or an empty one, do.",
        "Two are refused; an empty one is as if it were absent, with a finding.",
        "S6",
        _dialogue("xsmtpapi/two_headers"),
    ),
    _unknown(
        "xsmtpapi-folded",
        "Whether a folded value counts; one client reports that it was dropped.",
        "It counts, with a finding; strict mode refuses it.",
        "D12",
        _dialogue("xsmtpapi/folded"),
    ),
    _unknown(
        "xsmtpapi-short-array",
        "What becomes of a variable whose array is shorter than to.",
        "It stays as it was written; values too many are ignored; both have findings.",
        "S7",
        f"{_SUBSTITUTION}s7_beyond_a_short_array_the_variable_stays",
    ),
    _unknown(
        "xsmtpapi-no-value",
        "What becomes of a variable without a value.",
        "It stays as it was written, with a finding.",
        "S8",
        f"{_SUBSTITUTION}s8_what_has_no_value_stays_as_written",
    ),
    _unknown(
        "xsmtpapi-value-types",
        "How numbers, booleans, null and lists are written into the text.",
        "Numbers as JSON spells them, true and false, nothing for null, lists as compact JSON.",
        "S9",
        f"{_SUBSTITUTION}s9_values_are_written_as_json_spells_them",
    ),
    _unknown(
        "xsmtpapi-places",
        "In which headers and parts variables are replaced, and whether case matters.",
        "In the Subject and every text part that is no attachment; case matters.",
        "S10",
        f"{_SUBSTITUTION}s10_only_the_subject_and_texts_that_are_no_attachments",
    ),
    _unknown(
        "xsmtpapi-address-twice",
        "What an address gets that stands twice in to or RCPT.",
        "Two emails.",
        "S11",
        f"{_EXPANSION}an_address_given_twice_gets_two_emails",
    ),
    _unknown(
        "xsmtpapi-illegal-address",
        "What an illegal address in to does over SMTP.",
        "That recipient alone is invalid, 404.",
        "S12",
        f"{_EXPANSION}an_illegal_address_in_to_becomes_invalid_by_itself",
    ),
    _unknown(
        "xsmtpapi-unknown-keys",
        "What unknown keys and null members do.",
        "Unknown keys are ignored with a finding; null is as if absent.",
        "S13",
        _dialogue("xsmtpapi/unknown_key"),
    ),
    _unknown(
        "xsmtpapi-unknown-page",
        "What an unknown page_id, or a send_domain that may not be used, does.",
        "The API_USER's own counts, with a finding.",
        "S14",
        f"{_SENDING}s14_a_domain_that_may_not_be_used_is_told",
    ),
)

_MAIL = (
    _unknown(
        "mail-bcc",
        "What a Bcc header does over SMTP.",
        "It is only a header; a finding says so.",
        "S15",
        "tests/rules/lint/test_mail.py::test_bcc_is_only_a_header",
    ),
    _unknown(
        "mail-many-rcpt",
        "Whether all of several RCPT get the same mail.",
        "They do, with all addresses in To.",
        "S16",
        f"{_REWRITING}s16_without_to_all_addresses_stay",
    ),
    _documented(
        "mail-one-to",
        "With to in X-SMTPAPI each copy shows its own address alone.",
        "3.1, 6.5",
        f"{_REWRITING}with_to_a_copy_shows_only_its_address",
    ),
    _documented(
        "mail-headers",
        "Copies carry SendCloud's own headers, and X-SMTPAPI without its value.",
        "6.5",
        f"{_REWRITING}x_smtpapi_is_kept_but_empty",
    ),
    _differs(
        "mail-dkim",
        "Copies are signed with the DKIM key of the sending domain.",
        "Copies are not signed.",
        "6.5",
        f"{_REWRITING}copies_are_not_signed",
    ),
)

_TRACKING = (
    _documented(
        "tracking-open",
        "A pixel before the end of the HTML tells of opens.",
        "6.4",
        "tests/rules/tracking/test_endings.py::test_the_pixel_is_the_one_that_was_seen",
    ),
    _documented(
        "tracking-click",
        "Links in HTML lead over the tracking host, in either generation of URLs.",
        "6.2, 6.3",
        "tests/e2e/test_tracking.py::test_every_link_leads_to_its_original",
    ),
    _documented(
        "tracking-unsubscribe",
        "The placeholder becomes the unsubscribe link; without one a button is added.",
        "6.4",
        "tests/rules/tracking/test_endings.py::test_the_placeholder_becomes_the_unsubscribe_link",
    ),
    _unknown(
        "tracking-sign",
        "How tracking URLs are signed, and what the unsubscribe page looks like.",
        "An HMAC of its own; a page of its own, in Chinese or English.",
        "S24",
        "tests/rules/tracking/test_tokens.py::test_one_other_character_and_nothing_is_read",
    ),
    _differs(
        "tracking-none",
        "Opens and unsubscribing are tracked without a tracking domain too.",
        "With tracking.domain = none nothing is.",
        "6.1",
        "tests/rules/tracking/test_clicks.py::"
        "test_with_everything_off_the_octets_are_those_without_a_host",
    ),
)

_EVENTS = (
    _documented(
        "events-fields",
        "Each of the nine events has the fields of the captures.",
        "4.3, 4.4, 4.5, D4, D27",
        "tests/rules/test_events.py::test_the_captures_come_out_field_for_field",
    ),
    _documented(
        "events-custom-headers",
        "Headers that begin with SC-Custom- come back in userHeaders.",
        "4.6, D42",
        "tests/rules/test_events.py::test_custom_headers_come_back_as_they_were_named",
    ),
    _documented(
        "events-statuses",
        "Sub-status codes and their words are those of the tables.",
        "5.1, 5.2, 5.3, D26",
        "tests/rules/test_statuses.py::test_events_have_the_words_of_the_webhook_table",
    ),
    _documented(
        "events-suppression",
        "Whoever unsubscribed, or reported spam, is not sent to again.",
        "5.4",
        "tests/worker/test_settling.py::test_who_unsubscribed_or_reported_is_not_sent_to_again",
    ),
    _differs(
        "events-suppression-of-all",
        "An address that does not exist is suppressed for all customers, for 2^n hours.",
        "It is not suppressed: an invalid address stays a test that can be repeated.",
        "5.4",
        "tests/worker/test_settling.py::test_an_invalid_address_can_be_sent_to_again",
    ),
    _unknown(
        "events-times",
        "How long after acceptance each event comes.",
        "At once; events.delay_s puts it off.",
        "S26",
        _dialogue("forced/events_are_late"),
    ),
    _differs(
        "events-label-name",
        "Events of labelled mail carry the label's name.",
        "labelId is told, labelName is empty.",
        "4.4",
        "tests/rules/test_events.py::test_every_event_has_what_all_have",
    ),
)

_WEBHOOKS = (
    _documented(
        "webhooks-form",
        "Events are posted as forms.",
        "4.1, D2",
        f"{_POSTER}an_event_is_a_form",
    ),
    _documented(
        "webhooks-signature",
        "signature is the HMAC-SHA256 of timestamp and token under the APP KEY.",
        "4.2",
        f"{_TELLER}an_event_is_told_and_signed",
    ),
    _documented(
        "webhooks-success",
        "Only 200 within 3 s counts as received.",
        "4.1, D3",
        f"{_POSTER}only_200_counts",
    ),
    _documented(
        "webhooks-retries",
        "What is not received is told again after 1, 2, 4, 8 and 16 minutes; Aurora's way is a "
        "setting.",
        "4.1, D1, S23",
        "tests/rules/test_backoff.py::test_china_tries_five_times_more",
    ),
    _documented(
        "webhooks-url-test",
        "A new URL has to answer GET and POST with 200.",
        "4.1, 7.10",
        f"{_POSTER}a_url_is_tested_by_get_and_post",
    ),
    _unknown(
        "webhooks-user-agent",
        "Which User-Agent webhooks have.",
        "sendcloud-inbound and its version.",
        "S21",
        f"{_POSTER}an_event_is_a_form",
    ),
    _unknown(
        "webhooks-no-custom-headers",
        "What userHeaders is without custom headers.",
        "{}",
        "S22",
        "tests/rules/test_events.py::test_every_event_has_what_all_have",
    ),
)

_HTTP_API = (
    _differs(
        "http-api",
        "Mail can be sent by HTTP, under /apiv2/ and /api/.",
        "These calls are not there yet.",
        "7",
        "tests/http/test_fidelity.py::test_sendclouds_http_api_is_not_there",
    ),
)

MATRIX: Final = (*_SMTP, *_IDS, *_XSMTPAPI, *_MAIL, *_TRACKING, *_EVENTS, *_WEBHOOKS, *_HTTP_API)
"""All rows, in the order of a mail's life."""
