"""What recipients get: the headers of copies, and tracking."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, differs, documented, unknown

_REWRITING = "tests/rules/test_rewriting.py::test_"
_EXPANSION = "tests/rules/test_expansion.py::test_"
_ENDINGS = "tests/rules/tracking/test_endings.py::test_"

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
)
