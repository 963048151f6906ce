"""What SendCloud makes of X-SMTPAPI."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, documented, unknown

_GUIDE = "tests/rules/test_guide.py::test_"
_SUBSTITUTION = "tests/rules/test_substitution.py::test_"
_SENDING = "tests/rules/test_sending.py::test_"
_EXPANSION = "tests/rules/test_expansion.py::test_"

ROWS: Final = (
    documented(
        "xsmtpapi-last",
        "X-SMTPAPI has to be the last header.",
        "3, G11, D13",
        f"{_GUIDE}g11_header_not_last",
    ),
    documented(
        "xsmtpapi-not-base64",
        "A value that is not base64 is accepted, and the mail becomes invalid afterwards.",
        "3.5, G12, D10",
        f"{_GUIDE}g12_header_not_base64",
    ),
    documented(
        "xsmtpapi-length",
        "The value has at most 1 MB.",
        "3.4, G14",
        f"{_GUIDE}g14_length",
    ),
    documented(
        "xsmtpapi-to",
        "The addresses in to outrank RCPT.",
        "3.2, G15",
        f"{_GUIDE}g15_to",
    ),
    documented(
        "xsmtpapi-to-100",
        "to has at most 100 addresses.",
        "3.1, G16",
        f"{_GUIDE}g16_more_than_100_in_to",
    ),
    documented(
        "xsmtpapi-sub",
        "sub replaces variables by position in to.",
        "3.3, G6, G10, G17",
        f"{_SUBSTITUTION}g17_ben_and_joe",
    ),
    documented(
        "xsmtpapi-pubsub",
        "pubsub replaces variables alike for all, also without to.",
        "3.3, G8",
        f"{_SUBSTITUTION}g8_pubsub_without_to",
    ),
    documented(
        "xsmtpapi-pubsub-with-to",
        "pubsub goes with to, in one message.",
        "3.3, G7",
        f"{_SUBSTITUTION}g7_pubsub_with_to",
    ),
    documented(
        "xsmtpapi-pubsub-outranks-sub",
        "Where there is pubsub, sub is ignored as a whole.",
        "3.2, G9",
        f"{_SUBSTITUTION}g9_pubsub_outranks_sub_as_a_whole",
    ),
    documented(
        "xsmtpapi-section",
        "section replaces a variable inside a value of sub.",
        "3.3, D14",
        f"{_SUBSTITUTION}d14_section_is_replaced_inside_values_and_in_the_text",
    ),
    documented(
        "xsmtpapi-filters",
        "filters switch opens, clicks and the unsubscribe link for one mail.",
        "3.1, G18",
        f"{_GUIDE}g18_filters_put_links_into_the_copy",
    ),
    documented(
        "xsmtpapi-filters-need-a-domain",
        "enable takes effect only where a tracking domain is configured.",
        "3.1, D45",
        f"{_SENDING}d45_filters_without_a_tracking_domain_are_told",
    ),
    documented(
        "xsmtpapi-page-id",
        "page_id chooses the unsubscribe page, one for all or one for each recipient.",
        "3.1, G19, G20, D41",
        f"{_GUIDE}g20_each_recipient_has_the_link_to_their_page",
    ),
    documented(
        "xsmtpapi-send-domain",
        "send_domain chooses the sending domain.",
        "3.1, G21",
        f"{_GUIDE}g21_send_domain",
    ),
    unknown(
        "xsmtpapi-refusal",
        "With which reply the server reports xsmtpapi error.",
        "552 xsmtpapi error after the final dot.",
        "3.5, S1",
        "tests/rules/test_acceptance.py::test_what_the_server_sees_is_refused_at_once",
    ),
    unknown(
        "xsmtpapi-not-json",
        "What base64 of something else than a JSON object gets over SMTP.",
        "552 xsmtpapi error.",
        "S3",
        dialogue("xsmtpapi/not_an_object"),
    ),
    unknown(
        "xsmtpapi-wrong-types",
        "What members of a wrong type get over SMTP.",
        "552 xsmtpapi error.",
        "S3",
        dialogue("xsmtpapi/wrong_types"),
    ),
    unknown(
        "xsmtpapi-empty-object",
        "What an empty object gets over SMTP.",
        "It is accepted and has no effect.",
        "S3",
        dialogue("xsmtpapi/empty_object"),
    ),
    unknown(
        "xsmtpapi-too-long",
        "What a value above 1 MB gets over SMTP.",
        "552 xsmtpapi error.",
        "S2",
        dialogue("xsmtpapi/too_long"),
    ),
    unknown(
        "xsmtpapi-invalid-events",
        "Which events a mail has that the worker refuses, and their sub-status.",
        "request, then invalid with 409 for each address of RCPT.",
        "S4, S5, D11",
        "tests/worker/test_settling.py::test_mail_that_the_worker_refuses_is_told_so",
    ),
    unknown(
        "xsmtpapi-twice",
        "What two X-SMTPAPI headers do.",
        "552 xsmtpapi error.",
        "S6",
        dialogue("xsmtpapi/two_headers"),
    ),
    unknown(
        "xsmtpapi-empty",
        "What an empty X-SMTPAPI header does.",
        "It is as if it were absent.",
        "S6",
        dialogue("xsmtpapi/empty_value"),
    ),
    unknown(
        "xsmtpapi-folded",
        "Whether a folded value counts; one client reports that it was dropped.",
        "It counts, with a finding.",
        "D12",
        dialogue("xsmtpapi/folded"),
    ),
    unknown(
        "xsmtpapi-short-array",
        "What becomes of a variable whose array is shorter than to.",
        "It stays as it was written; values too many are ignored.",
        "S7",
        f"{_SUBSTITUTION}s7_beyond_a_short_array_the_variable_stays",
    ),
    unknown(
        "xsmtpapi-no-value",
        "What becomes of a variable without a value.",
        "It stays as it was written.",
        "S8",
        f"{_SUBSTITUTION}s8_what_has_no_value_stays_as_written",
    ),
    unknown(
        "xsmtpapi-value-types",
        "How numbers, booleans, null and lists are written into the text.",
        "Numbers as JSON spells them, true and false, nothing for null, lists as compact JSON.",
        "S9",
        f"{_SUBSTITUTION}s9_values_are_written_as_json_spells_them",
    ),
    unknown(
        "xsmtpapi-places",
        "In which headers and parts variables are replaced.",
        "In the Subject and every text part that is no attachment.",
        "S10",
        f"{_SUBSTITUTION}s10_only_the_subject_and_texts_that_are_no_attachments",
    ),
    unknown(
        "xsmtpapi-case",
        "Whether a variable is found in another case.",
        "Case matters.",
        "S10",
        f"{_SUBSTITUTION}s10_case_matters",
    ),
    unknown(
        "xsmtpapi-address-twice",
        "What an address gets that stands twice in to or RCPT.",
        "Two emails.",
        "S11",
        f"{_EXPANSION}an_address_given_twice_gets_two_emails",
    ),
    unknown(
        "xsmtpapi-illegal-address",
        "What an illegal address in to does over SMTP.",
        "That recipient alone is invalid, 404.",
        "S12",
        f"{_EXPANSION}an_illegal_address_in_to_becomes_invalid_by_itself",
    ),
    unknown(
        "xsmtpapi-unknown-keys",
        "What unknown keys do.",
        "They are ignored, with a finding.",
        "S13",
        dialogue("xsmtpapi/unknown_key"),
    ),
    unknown(
        "xsmtpapi-null",
        "What null members do.",
        "They are as if absent.",
        "S13",
        "tests/rules/test_xsmtpapi.py::test_null_is_absent",
    ),
    unknown(
        "xsmtpapi-unknown-page",
        "What an unknown page_id does.",
        "The API_USER's default counts.",
        "S14",
        f"{_SENDING}s14_an_unknown_page_gives_the_default",
    ),
    unknown(
        "xsmtpapi-unknown-domain",
        "What a send_domain that may not be used does.",
        "The API_USER's own counts, with a finding.",
        "S14",
        f"{_SENDING}s14_a_domain_that_may_not_be_used_is_told",
    ),
)
