"""What SendCloud makes of X-SMTPAPI, but for its variables."""

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
        dialogue("xsmtpapi/not_last"),
    ),
    documented(
        "xsmtpapi-not-base64",
        "A value that is not base64 is accepted, and the mail becomes invalid afterwards.",
        "3.5, G12, D10",
        f"{_GUIDE}g12_header_not_base64",
        dialogue("xsmtpapi/not_base64"),
    ),
    documented(
        "xsmtpapi-length",
        "A value of 1 MB is taken, a longer one is refused.",
        "3.4, G14",
        f"{_GUIDE}g14_length",
    ),
    documented(
        "xsmtpapi-to",
        "The addresses in to outrank RCPT.",
        "3.2, G15",
        f"{_GUIDE}g15_to",
        dialogue("xsmtpapi/to_overrides_rcpt"),
    ),
    unknown(
        "xsmtpapi-without-to",
        "Whether to has to be there.",
        "Over SMTP it need not: without it the recipients are those of RCPT, in their order.",
        "3.1, D15",
        f"{_EXPANSION}without_to_the_rcpt_addresses_stay",
        f"{_SUBSTITUTION}sub_without_to_goes_by_the_order_of_rcpt",
        dialogue("xsmtpapi/pubsub_without_to"),
    ),
    unknown(
        "xsmtpapi-empty-to",
        "What a to without addresses gets over SMTP.",
        "552 xsmtpapi error.",
        "S3",
        dialogue("xsmtpapi/to_empty"),
    ),
    documented(
        "xsmtpapi-to-100",
        "to of 100 addresses is taken, a longer one is refused.",
        "3.1, G16",
        f"{_GUIDE}g16_more_than_100_in_to",
        dialogue("xsmtpapi/hundred_recipients"),
        dialogue("xsmtpapi/to_of_101"),
    ),
    documented(
        "xsmtpapi-filters",
        "filters switch opens, clicks and the unsubscribe link on or off for one mail, whatever "
        "the account says.",
        "3.1, G18",
        f"{_GUIDE}g18_filters",
        f"{_GUIDE}g18_filters_put_links_into_the_copy",
    ),
    documented(
        "xsmtpapi-filters-need-a-domain",
        "enable takes effect only where a tracking domain is configured.",
        "3.1, D45",
        f"{_GUIDE}g18_filters_need_a_tracking_domain",
        f"{_SENDING}d45_filters_without_a_tracking_domain_are_told",
    ),
    documented(
        "xsmtpapi-page-id",
        "page_id chooses the unsubscribe page, one for all or one for each recipient; an array of "
        "another length than to gives the default.",
        "3.1, G19, G20, D41",
        f"{_GUIDE}g19_page_id",
        f"{_GUIDE}g20_each_recipient_has_the_link_to_their_page",
    ),
    documented(
        "xsmtpapi-send-domain",
        "send_domain chooses the domain that the mail leaves from, if permitted and verified.",
        "3.1, G21",
        f"{_GUIDE}g21_send_domain",
        f"{_GUIDE}g21_the_copy_leaves_from_the_domain",
    ),
    unknown(
        "xsmtpapi-refusal",
        "With which reply the server reports xsmtpapi error.",
        "552 xsmtpapi error after the final dot.",
        "3.5, S1",
        dialogue("xsmtpapi/not_last"),
        "tests/rules/test_acceptance.py::test_what_the_server_sees_is_refused_at_once",
    ),
    unknown(
        "xsmtpapi-not-json",
        "What base64 of something else than a JSON object gets over SMTP.",
        "552 xsmtpapi error.",
        "S3",
        dialogue("xsmtpapi/not_json"),
        dialogue("xsmtpapi/not_utf8"),
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
        "It is accepted and has no effect; a finding says so.",
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
        dialogue("xsmtpapi/two_headers_apart"),
    ),
    unknown(
        "xsmtpapi-empty",
        "What an empty X-SMTPAPI header does.",
        "It is as if it were absent, with a finding.",
        "S6",
        dialogue("xsmtpapi/empty_value"),
    ),
    unknown(
        "xsmtpapi-folded",
        "Whether a folded value counts; one client reports that it was dropped.",
        "It counts, with a finding.",
        "D12",
        dialogue("xsmtpapi/folded"),
        dialogue("xsmtpapi/folded_by_tab"),
    ),
    unknown(
        "xsmtpapi-encoded-words",
        "Whether a value in encoded-words counts, as modern Python writes it.",
        "It counts, with a finding.",
        "3.8, D12",
        dialogue("xsmtpapi/encoded_words"),
        dialogue("xsmtpapi/encoded_words_b"),
    ),
    unknown(
        "xsmtpapi-wrapped",
        "What base64 wrapped into lines that do not begin with a blank does.",
        "Its first line alone is the value; a finding says why that fails.",
        "3.4, D12",
        dialogue("xsmtpapi/wrapped_base64"),
        "tests/rules/test_acceptance.py::"
        "test_wrapped_base64_cut_within_a_group_is_left_to_the_worker",
    ),
    unknown(
        "xsmtpapi-address-twice",
        "What an address gets that stands twice in to or RCPT.",
        "An email for each position, with a finding.",
        "S11",
        f"{_EXPANSION}an_address_given_twice_gets_two_emails",
    ),
    unknown(
        "xsmtpapi-illegal-address",
        "What an illegal address in to does over SMTP.",
        "That recipient alone is invalid, 404.",
        "S12",
        f"{_EXPANSION}an_illegal_address_in_to_becomes_invalid_by_itself",
        dialogue("xsmtpapi/illegal_address"),
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
        dialogue("xsmtpapi/null_members"),
        dialogue("xsmtpapi/null_to"),
    ),
    unknown(
        "xsmtpapi-unknown-page",
        "What an unknown page_id does.",
        "The API_USER's default counts, with a finding.",
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
