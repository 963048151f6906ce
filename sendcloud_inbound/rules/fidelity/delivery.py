"""What recipients get, and what SendCloud tells of it: mail, tracking, events, webhooks."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, differs, documented, unknown

_REWRITING = "tests/rules/test_rewriting.py::test_"
_EXPANSION = "tests/rules/test_expansion.py::test_"
_ENDINGS = "tests/rules/tracking/test_endings.py::test_"
_EVENTS = "tests/rules/test_events.py::test_"
_EVERY_EVENT = "tests/e2e/test_events.py::test_every_event_is_told_signed_with_its_fields"
_INBOUND = "tests/http/test_inbound.py::test_"
_TIMES = "tests/config/test_config.py::test_sendclouds_times_are_the_defaults"
_TELLER = "tests/webhooks/test_teller.py::test_"
_POSTER = "tests/webhooks/test_poster.py::test_"

ROWS: Final = (
    unknown(
        "mail-bcc",
        "What a Bcc header does over SMTP.",
        "It is only a header, which stays in every copy and makes nobody a recipient; a finding "
        "says so.",
        "S15",
        f"{_EXPANSION}cc_and_bcc_make_nobody_a_recipient",
        f"{_REWRITING}s16_without_to_all_addresses_stay",
        f"{_REWRITING}with_to_a_copy_shows_only_its_address",
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
        "With to in X-SMTPAPI the To of each copy shows its own address alone.",
        "3.1, 6.5",
        f"{_REWRITING}with_to_a_copy_shows_only_its_address",
        f"{_REWRITING}with_to_a_missing_to_field_is_added",
    ),
    unknown(
        "mail-cc",
        "Whether cc and bcc get mail too where X-SMTPAPI has to.",
        "They do not, and Cc is taken out of the copies.",
        "D16",
        f"{_EXPANSION}cc_and_bcc_make_nobody_a_recipient",
        f"{_REWRITING}with_to_a_copy_shows_only_its_address",
    ),
    documented(
        "mail-headers",
        "Copies carry X-SENDCLOUD-UUID, X-SENDCLOUD-LOG and its base64, which tell what they are.",
        "6.5",
        f"{_REWRITING}the_email_id_and_the_log",
    ),
    documented(
        "mail-received",
        "Copies carry a Received field that tells of the session.",
        "6.5",
        f"{_REWRITING}received_tells_of_the_session",
        f"{_REWRITING}received_over_tls",
    ),
    documented(
        "mail-message-id",
        "A copy whose sender set no Message-ID gets messageId, position and sending domain as one.",
        "6.5",
        f"{_REWRITING}message_id_is_added_when_the_client_set_none",
    ),
    documented(
        "mail-list-unsubscribe",
        "An unsubscribe link stands in List-Unsubscribe too, with List-Unsubscribe-Post.",
        "6.5",
        f"{_REWRITING}list_unsubscribe_comes_with_subscription_tracking",
        "tests/e2e/test_tracking.py::test_every_link_leads_to_its_original",
    ),
    documented(
        "mail-envelope-sender",
        "MAIL FROM is taken as it is; copies leave from a UUID at the sending domain.",
        "1.5",
        f"{_REWRITING}the_envelope_sender_is_a_uuid_of_the_time_and_the_email",
        dialogue("mail/null_sender"),
    ),
    documented(
        "mail-custom-headers",
        "SC-Custom- headers stay in the copies.",
        "4.6, 6.5",
        "tests/rules/test_substitution.py::test_g6_and_g10_sub_by_position",
    ),
    differs(
        "mail-other-headers",
        "Mail of 2025 had Feedback-ID, Sender and Precedence, too.",
        "Copies are not given these.",
        "6.5",
        f"{_REWRITING}these_fields_are_added_and_no_other",
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
        f"{_ENDINGS}the_pixel_is_the_one_that_was_seen",
        f"{_ENDINGS}it_stands_before_the_end_of_the_body",
        "tests/http/test_tracking.py::test_the_pixel_is_an_open",
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
        f"{_ENDINGS}the_placeholder_becomes_the_unsubscribe_link",
    ),
    documented(
        "tracking-unsubscribe-button",
        "Without the placeholder a button is added, where subscription tracking is on.",
        "6.4",
        f"{_ENDINGS}without_a_placeholder_a_button_is_added",
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
        "tests/test_making.py::test_the_tracking_host_follows_the_settings",
        "tests/test_making.py::test_accounts_know_the_host_of_links",
    ),
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
    differs(
        "events-label-name",
        "Events of labelled mail carry the label's name.",
        "labelName is empty.",
        "4.4",
        f"{_EVENTS}an_event_of_labelled_mail_has_the_number_and_no_name",
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
