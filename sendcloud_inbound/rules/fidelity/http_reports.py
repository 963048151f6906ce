"""What SendCloud's HTTP API tells of mail, and how its settings are made."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import differs, documented, unknown

_STATUS = "tests/http/apiv2/test_statuses.py"
_LISTS = "tests/http/apiv2/test_lists.py"
_COUNTS = "tests/http/apiv2/test_statistics.py"
_HOOKS = "tests/http/apiv2/test_webhooks.py"
_USERS = "tests/http/apiv2/test_api_users.py"
_DOMAINS = "tests/http/apiv2/test_domains.py"
_STORED = "tests/store/test_statistics.py"

ROWS: Final = (
    documented(
        "http-status-query",
        "data/emailStatus tells where emails stand by recipient, emailId, label, status and a span "
        "of at most 30 days of UTC+8; total is a text.",
        "7.9, D29",
        f"{_STATUS}::test_the_answer_is_the_printed_one",
        f"{_STATUS}::test_emails_are_found_by_each_parameter",
        f"{_STATUS}::test_each_refusal_has_its_code",
    ),
    differs(
        "http-status-cache",
        "A status query's result is ten minutes old at most: it is cached by its parameters.",
        "Nothing is cached: what was just sent is in the next answer.",
        "7.9",
        f"{_STATUS}::test_nothing_is_cached",
    ),
    unknown(
        "http-status-aurora",
        "What the fields that Aurora adds to a status query mean.",
        "Those with a plain name have it; taskName, name and phone are empty.",
        "7.9",
        f"{_STATUS}::test_aurora_adds_fields",
    ),
    documented(
        "http-label-names",
        "labelName finds mail by a part of its label's name, and statistics tell that name.",
        "7.9, 7.11",
        f"{_STATUS}::test_emails_are_found_by_the_name_of_their_label",
        f"{_LISTS}::test_opens_are_found_by_the_name_of_their_label",
        f"{_COUNTS}::test_counts_tell_the_names_of_labels",
    ),
    documented(
        "http-lists",
        "Bounces, unsubscriptions, reports of spam, opens and clicks are listed by a span of at "
        "most three months or by an address, before which the span is ignored.",
        "7.11",
        f"{_LISTS}::test_a_span_or_an_address_is_needed",
        f"{_LISTS}::test_an_address_makes_the_span_no_matter",
        f"{_LISTS}::test_lists_have_windows",
    ),
    unknown(
        "http-bounces",
        "Which mail is on the bounce list.",
        "Each address with its last bounce: an email that is invalid or a soft bounce, but for "
        "suppressed mail, which nobody tried to send.",
        "5.4, 7.11",
        f"{_STORED}::test_an_address_is_listed_with_its_last_bounce",
        f"{_STORED}::test_a_forgotten_address_is_listed_when_it_bounces_again",
    ),
    documented(
        "http-unsubscribe",
        "unsubscribe/add has the code 40401 and result true; the address is not sent to any more.",
        "7.11, D20",
        f"{_LISTS}::test_an_address_is_unsubscribed",
    ),
    unknown(
        "http-api-users",
        "Whose API_USERs apiUserList may name.",
        "Those of the caller's own user; of others nothing is known: 40016.",
        "7.9",
        f"{_LISTS}::test_other_api_users_of_the_same_user_are_read",
    ),
    documented(
        "http-statistics",
        "statday, stathour and invalidstat count mail by UTC+8; the sum of all days has texts and "
        "three other names, and what is misspelt on the wire is so here.",
        "7.11, D44",
        f"{_COUNTS}::test_a_day_is_counted",
        f"{_COUNTS}::test_all_days_are_one_object",
        f"{_COUNTS}::test_hours_without_mail_are_absent",
        f"{_COUNTS}::test_invalid_mail_is_counted_by_reason",
    ),
    unknown(
        "http-statistics-day",
        "For which day a late open or bounce counts, and of what a percentage is a share.",
        "For the day of its mail. Delivered, bounced and invalid are shares of the requests, the "
        "others of what was delivered; two decimals, cut off.",
        "7.11",
        f"{_STORED}::test_mail_is_counted_by_day_label_and_api_user",
        "tests/rules/test_tally.py::test_shares_are_those_of_the_printed_sample",
        "tests/rules/test_tally.py::test_opens_are_a_share_of_what_was_delivered",
    ),
    unknown(
        "http-empty-parameter",
        "When a parameter that may be left out cannot be empty, as codes such as 40001 say.",
        "When it is given empty; in the calls that send, an empty parameter counts as absent.",
        "8",
        "tests/rules/api/test_selection.py::test_each_wrong_value_has_its_code",
    ),
    documented(
        "http-webhooks",
        "webhook/list, add, update and delete set where events are told, by the numbers of events; "
        "an update changes one thing of three, and a new URL is tested.",
        "7.10, 4.1, 4.3",
        f"{_HOOKS}::test_a_webhook_is_added_and_listed",
        f"{_HOOKS}::test_one_thing_of_a_webhook_is_changed",
        f"{_HOOKS}::test_each_refusal_has_its_code",
        f"{_HOOKS}::test_a_url_is_tested_before_it_is_saved",
    ),
    unknown(
        "http-webhook-exists",
        "When the URL of a webhook exists already (40708).",
        "When the same categoryName has it. The category `all` is every API_USER of the sandbox.",
        "7.10",
        f"{_HOOKS}::test_each_refusal_has_its_code",
        f"{_HOOKS}::test_a_webhook_is_added_and_listed",
    ),
    documented(
        "http-api-user-add",
        "apiuser/list and add list and make a user's API_USERs, ten at most, each bound to one of "
        "its domains.",
        "7.11",
        f"{_USERS}::test_the_users_api_users_are_listed",
        f"{_USERS}::test_an_api_user_is_made_and_logs_in",
        f"{_USERS}::test_what_cannot_be_made_has_its_code",
        f"{_USERS}::test_a_user_has_ten_api_users",
    ),
    unknown(
        "http-test-api-user",
        "What makes an API_USER a test one (cType).",
        "That its domain ends in .sendcloud.org, as that of a new account does.",
        "7.11",
        f"{_USERS}::test_the_users_api_users_are_listed",
    ),
    differs(
        "http-domains",
        "domain/list, add and update keep a user's domains, five at most, and tell which of their "
        "records are verified.",
        "Nothing is looked up: domains of the settings are verified or not as they are listed "
        "there, added ones are not. Of the records only SPF is as printed.",
        "7.11",
        f"{_DOMAINS}::test_the_users_domains_are_listed",
        f"{_DOMAINS}::test_a_domain_is_added_and_renamed",
        f"{_DOMAINS}::test_each_refusal_has_its_code",
        f"{_DOMAINS}::test_a_user_has_five_domains",
    ),
    differs(
        "http-user",
        "userinfo/get tells the balance, the reputation and who the user is.",
        "The quota and what was sent today are true, and of the API_USER; the rest is made up.",
        "7.11, 7.12",
        f"{_USERS}::test_the_user_is_told_of",
        f"{_USERS}::test_the_quota_is_the_accounts",
    ),
)
