"""What SendCloud tells of mail: events and webhooks."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, differs, documented, unknown

_EVENTS = "tests/rules/test_events.py::test_"
_EVERY_EVENT = "tests/e2e/test_events.py::test_every_event_is_told_signed_with_its_fields"
_INBOUND = "tests/http/test_inbound.py::test_"
_TIMES = "tests/config/test_config.py::test_sendclouds_times_are_the_defaults"
_TELLER = "tests/webhooks/test_teller.py::test_"
_POSTER = "tests/webhooks/test_poster.py::test_"

ROWS: Final = (
    documented(
        "events-names",
        "There are nine: request, deliver, open, click, unsubscribe, report_spam, invalid, "
        "soft_bounce and route.",
        "4.3, D4",
        f"{_EVENTS}events_have_their_names_and_fixed_words",
    ),
    documented(
        "events-fields",
        "Each event has the fields of its table, with the values of the captures.",
        "4.4, 4.5",
        f"{_EVENTS}every_event_has_the_fields_of_the_tables",
        f"{_EVENTS}the_captures_come_out_field_for_field",
        _EVERY_EVENT,
    ),
    documented(
        "events-for-whom",
        "There is one request for all recipients of a message; all others are for one recipient.",
        "4.1",
        f"{_EVENTS}a_request_tells_of_all_recipients",
        f"{_EVENTS}an_email_is_told_by_its_position",
        _EVERY_EVENT,
    ),
    documented(
        "events-route",
        "Mail from outside is told as route, with its fields and those of the mail it answers.",
        "4.4",
        f"{_INBOUND}a_mail_from_outside_is_told_with_its_fields",
        f"{_INBOUND}the_mail_that_is_answered_is_found",
    ),
    documented(
        "events-common-fields",
        "All events but route have API_USER, label, task ids and userHeaders.",
        "4.4",
        f"{_EVENTS}every_event_has_what_all_have",
        f"{_EVENTS}a_route_has_neither_api_user_nor_task_ids",
    ),
    unknown(
        "events-doubtful-fields",
        "Whether soft_bounce has message, and report_spam the task ids.",
        "They have.",
        "D27",
        f"{_EVENTS}every_event_has_the_fields_of_the_tables",
    ),
    unknown(
        "events-category",
        "Whether category is the API_USER's name or its number.",
        "The name, as apiUser is.",
        "D24",
        f"{_EVENTS}every_event_has_what_all_have",
    ),
    unknown(
        "events-report-spam-message",
        "Which message report_spam has.",
        "report spam email.",
        "4.3, S21",
        f"{_EVENTS}events_have_their_names_and_fixed_words",
    ),
    documented(
        "events-custom-headers",
        "Headers that begin with SC-Custom-, in any case, come back in userHeaders of every event "
        "of the mail.",
        "4.6, G10, D42",
        f"{_EVENTS}custom_headers_come_back_as_they_were_named",
        f"{_EVENTS}every_event_has_the_custom_headers",
        _EVERY_EVENT,
    ),
    documented(
        "events-statuses",
        "Events tell a sub-status in the words of the webhook table.",
        "5.2, 5.3, D26",
        "tests/rules/test_statuses.py::test_every_row_has_the_words_of_the_tables",
        "tests/rules/test_statuses.py::test_events_have_the_words_of_the_webhook_table",
    ),
    unknown(
        "events-sub-status-fields",
        "Whether the sub-status stands in subStat and subStatDesc or in substat and substatdesc.",
        "In both, of invalid and of soft_bounce.",
        "4.4, D25",
        f"{_EVENTS}a_failure_has_its_sub_status_in_both_spellings",
    ),
    documented(
        "events-suppression",
        "Whoever unsubscribed, or reported spam in the last 180 days, is not sent to again.",
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
        _TIMES,
        dialogue("forced/events_are_late"),
    ),
    documented(
        "events-label-name",
        "Events of labelled mail carry the label's name.",
        "4.4",
        f"{_EVENTS}an_event_of_labelled_mail_has_the_name_of_the_label",
        "tests/e2e/test_labels.py::test_an_event_is_told_with_the_name_of_its_label",
    ),
    documented(
        "webhooks-form",
        "Each event is posted as one form; a list is one field of JSON text.",
        "4.1, D2",
        f"{_POSTER}an_event_is_a_form",
        f"{_EVENTS}a_request_tells_of_all_recipients",
        _EVERY_EVENT,
    ),
    documented(
        "webhooks-signature",
        "signature is the HMAC-SHA256 of timestamp and token under the APP KEY.",
        "4.2",
        f"{_TELLER}an_event_is_told_and_signed",
        _EVERY_EVENT,
    ),
    documented(
        "webhooks-success",
        "Only 200 within 3 seconds counts as received, and no other 2xx.",
        "4.1, D3",
        f"{_POSTER}only_200_counts",
        f"{_POSTER}no_answer_is_said_in_words",
        _TIMES,
    ),
    documented(
        "webhooks-retries",
        "What is not received is told again after 1, 2, 4, 8 and 16 minutes, then no more.",
        "4.1, D1",
        "tests/rules/test_backoff.py::test_china_tries_five_times_more",
        f"{_TELLER}a_receiver_in_trouble_gets_it_in_the_end",
        f"{_TELLER}a_call_is_given_up_after_the_schedule",
        _TIMES,
    ),
    unknown(
        "webhooks-retries-aurora",
        "How Aurora's list goes on after its first 3 minutes.",
        "By webhooks.schedule = aurora: six times, each wait twice the one before.",
        "D1, S23",
        "tests/rules/test_backoff.py::test_aurora_tries_six_times_more",
        "tests/config/test_webhooks.py::test_a_schedule_is_a_name_or_seconds",
    ),
    documented(
        "webhooks-url-test",
        "A new URL has to answer GET and POST with 200.",
        "4.1, 7.10",
        f"{_POSTER}a_url_is_tested_by_get_and_post",
        "tests/http/test_webhooks.py::test_a_url_that_does_not_answer_is_refused",
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
        f"{_EVENTS}every_event_has_what_all_have",
    ),
)
