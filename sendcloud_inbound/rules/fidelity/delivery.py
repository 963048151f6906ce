"""What recipients get, and what SendCloud tells of it: mail, tracking, events, webhooks."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, differs, documented, unknown

_REWRITING = "tests/rules/test_rewriting.py::test_"
_TELLER = "tests/webhooks/test_teller.py::test_"
_POSTER = "tests/webhooks/test_poster.py::test_"

ROWS: Final = (
    unknown(
        "mail-bcc",
        "What a Bcc header does over SMTP.",
        "It is only a header; a finding says so.",
        "S15",
        "tests/rules/lint/test_mail.py::test_bcc_is_only_a_header",
    ),
    unknown(
        "mail-many-rcpt",
        "Whether all of several RCPT get the same mail.",
        "They do, with To and Cc as they were sent.",
        "S16",
        f"{_REWRITING}s16_without_to_all_addresses_stay",
    ),
    documented(
        "mail-one-to",
        "With to in X-SMTPAPI each copy shows its own address alone.",
        "3.1, 6.5",
        f"{_REWRITING}with_to_a_copy_shows_only_its_address",
    ),
    documented(
        "mail-headers",
        "Copies carry X-SENDCLOUD-UUID and X-SENDCLOUD-LOG, which tell what they are.",
        "6.5",
        f"{_REWRITING}the_email_id_and_the_log",
    ),
    documented(
        "mail-x-smtpapi",
        "Copies carry X-SMTPAPI without its value.",
        "6.5",
        f"{_REWRITING}x_smtpapi_is_kept_but_empty",
    ),
    differs(
        "mail-dkim",
        "Copies are signed with the DKIM key of the sending domain.",
        "Copies are not signed.",
        "6.5",
        f"{_REWRITING}copies_are_not_signed",
    ),
    documented(
        "tracking-open",
        "A pixel before the end of the HTML tells of opens.",
        "6.4",
        "tests/rules/tracking/test_endings.py::test_the_pixel_is_the_one_that_was_seen",
    ),
    documented(
        "tracking-click",
        "Links in HTML lead over the tracking host, in either generation of URLs.",
        "6.2, 6.3",
        "tests/e2e/test_tracking.py::test_every_link_leads_to_its_original",
    ),
    documented(
        "tracking-unsubscribe",
        "The placeholder becomes the unsubscribe link.",
        "6.4",
        "tests/rules/tracking/test_endings.py::test_the_placeholder_becomes_the_unsubscribe_link",
    ),
    documented(
        "tracking-unsubscribe-button",
        "Without the placeholder a button is added.",
        "6.4",
        "tests/rules/tracking/test_endings.py::test_without_a_placeholder_a_button_is_added",
    ),
    unknown(
        "tracking-sign",
        "How tracking URLs are signed.",
        "In a way of the sandbox's own: what it did not sign is nothing.",
        "S24",
        "tests/rules/tracking/test_tokens.py::test_one_other_character_and_nothing_is_read",
    ),
    unknown(
        "tracking-page",
        "What the unsubscribe page looks like.",
        "A page of the sandbox's own, in the language of its number, or of the reader.",
        "S24",
        "tests/http/test_tracking.py::test_the_page_speaks_the_language_of_its_number",
    ),
    differs(
        "tracking-none",
        "Opens and unsubscribing are tracked without a tracking domain too.",
        "With tracking.domain = none nothing is.",
        "6.1",
        "tests/rules/tracking/test_clicks.py::"
        "test_with_everything_off_the_octets_are_those_without_a_host",
    ),
    documented(
        "events-fields",
        "Events that were captured have their fields.",
        "4.4, 4.5",
        "tests/rules/test_events.py::test_the_captures_come_out_field_for_field",
    ),
    documented(
        "events-names",
        "All events but route have API_USER, label, task ids and userHeaders.",
        "4.3, 4.4, D4, D27",
        "tests/rules/test_events.py::test_every_event_has_what_all_have",
    ),
    documented(
        "events-custom-headers",
        "Headers that begin with SC-Custom- come back in userHeaders.",
        "4.6, D42",
        "tests/rules/test_events.py::test_custom_headers_come_back_as_they_were_named",
    ),
    documented(
        "events-statuses",
        "Events tell a sub-status in the words of the webhook table.",
        "5.2, 5.3, D26",
        "tests/rules/test_statuses.py::test_events_have_the_words_of_the_webhook_table",
    ),
    documented(
        "events-suppression",
        "Whoever unsubscribed, or reported spam, is not sent to again.",
        "5.4",
        "tests/worker/test_settling.py::test_who_unsubscribed_or_reported_is_not_sent_to_again",
    ),
    differs(
        "events-suppression-of-all",
        "An address that does not exist is suppressed for all customers, for 2^n hours.",
        "It is not suppressed: an invalid address stays a test that can be repeated.",
        "5.4",
        "tests/worker/test_settling.py::test_an_invalid_address_can_be_sent_to_again",
    ),
    unknown(
        "events-times",
        "How long after acceptance each event comes.",
        "After events.delay_s, which is 0 by default.",
        "S26",
        dialogue("forced/events_are_late"),
    ),
    differs(
        "events-label-name",
        "Events of labelled mail carry the label's name.",
        "labelName is empty.",
        "4.4",
        "tests/rules/test_events.py::test_every_event_has_what_all_have",
    ),
    documented(
        "webhooks-form",
        "Events are posted as forms.",
        "4.1, D2",
        f"{_POSTER}an_event_is_a_form",
    ),
    documented(
        "webhooks-signature",
        "signature is the HMAC-SHA256 of timestamp and token under the APP KEY.",
        "4.2",
        f"{_TELLER}an_event_is_told_and_signed",
    ),
    documented(
        "webhooks-success",
        "Only 200 counts as received, and no other 2xx.",
        "4.1, D3",
        f"{_POSTER}only_200_counts",
    ),
    documented(
        "webhooks-retries",
        "What is not received is told again after 1, 2, 4, 8 and 16 minutes.",
        "4.1, D1",
        "tests/rules/test_backoff.py::test_china_tries_five_times_more",
    ),
    unknown(
        "webhooks-retries-aurora",
        "How Aurora's list goes on after its first 3 minutes.",
        "By webhooks.schedule = aurora: six times, each wait twice the one before.",
        "D1, S23",
        "tests/rules/test_backoff.py::test_aurora_tries_six_times_more",
    ),
    documented(
        "webhooks-url-test",
        "A new URL has to answer GET and POST with 200.",
        "4.1, 7.10",
        f"{_POSTER}a_url_is_tested_by_get_and_post",
    ),
    unknown(
        "webhooks-user-agent",
        "Which User-Agent webhooks have.",
        "sendcloud-inbound and its version.",
        "S21",
        f"{_POSTER}an_event_is_a_form",
    ),
    unknown(
        "webhooks-no-custom-headers",
        "What userHeaders is without custom headers.",
        "{}",
        "S22",
        "tests/rules/test_events.py::test_every_event_has_what_all_have",
    ),
)
