"""What SendCloud's HTTP API keeps for an API_USER, and the mail that is made of it."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import differs, documented, unknown

_SEND = "tests/http/apiv2/test_mail_send.py"
_SENDTEMPLATE = "tests/http/apiv2/test_mail_sendtemplate.py"
_LABELS = "tests/http/apiv2/test_labels.py"
_TEMPLATES = "tests/http/apiv2/test_templates.py"
_LISTS = "tests/http/apiv2/test_address_lists.py"
_LIST_MAIL = "tests/http/apiv2/test_list_mail.py"
_LISTS_E2E = "tests/e2e/test_list_mail.py"

ROWS: Final = (
    documented(
        "http-labels",
        "Labels are listed, shown, made, renamed and deleted by call; a name in use is 40113.",
        "7.11, D32",
        f"{_LABELS}::test_a_label_is_made_shown_renamed_and_deleted",
        f"{_LABELS}::test_labels_are_listed_a_part_at_a_time",
        f"{_LABELS}::test_what_is_wrong_has_its_code",
    ),
    documented(
        "http-sendtemplate",
        "mail/sendtemplate sends an approved template of the API_USER's type to each of to of "
        "xsmtpapi; to, cc and bcc have no effect.",
        "7.5, D36",
        f"{_SENDTEMPLATE}::test_a_template_is_sent_to_each",
        f"{_SENDTEMPLATE}::test_what_has_no_effect_is_told",
        f"{_SENDTEMPLATE}::test_what_cannot_be_has_its_code",
    ),
    differs(
        "http-sendtemplate-curl",
        "The printed curl sample, which encodes &headers=... into xsmtpapi, is answered a success.",
        "The value is no JSON, and refused with 40813.",
        "D46",
        f"{_SENDTEMPLATE}::test_the_printed_curl_sample_is_no_json",
    ),
    documented(
        "http-send-label",
        "labelId names a label that there is; labelName one that is made when there is none.",
        "7.4, D38",
        f"{_SEND}::test_a_label_has_to_be_there",
        f"{_SEND}::test_a_label_is_made_by_its_name",
    ),
    documented(
        "http-templates",
        "Templates are listed, shown, made, changed and deleted by call, 50 of an API_USER at "
        "most; one that is being reviewed is not changed.",
        "7.11, D31",
        f"{_TEMPLATES}::test_a_template_is_made_and_shown",
        f"{_TEMPLATES}::test_templates_are_listed_without_their_texts",
        f"{_TEMPLATES}::test_what_is_given_of_a_template_changes",
        f"{_TEMPLATES}::test_there_are_fifty_templates_at_most",
        f"{_TEMPLATES}::test_a_review_may_take_its_time",
        f"{_TEMPLATES}::test_what_is_wrong_has_its_code",
    ),
    differs(
        "http-template-review",
        "People look at each template that is submitted, and approve or refuse it.",
        "It is approved at once; with api.approve_templates off it waits for a call of the "
        "sandbox's own.",
        "7.11",
        f"{_TEMPLATES}::test_a_template_is_submitted_when_it_is_ready",
        f"{_TEMPLATES}::test_people_approve_and_refuse",
    ),
    documented(
        "http-address-lists",
        "Address lists are listed, made, changed and deleted by call, and their members listed, "
        "shown, added, changed and removed: 1,000 a call, 100,000 a list.",
        "7.8",
        f"{_LISTS}::test_a_list_is_made_listed_changed_and_deleted",
        f"{_LISTS}::test_members_are_added_with_what_is_theirs",
        f"{_LISTS}::test_members_are_shown_changed_and_removed",
        f"{_LISTS}::test_a_thousand_members_come_by_one_call",
        f"{_LISTS}::test_a_list_that_is_full_takes_nobody",
        f"{_LISTS}::test_what_is_wrong_about_a_list_has_its_code",
        f"{_LISTS}::test_what_is_wrong_about_members_has_its_code",
    ),
    documented(
        "http-list-mail",
        "With useAddressList a mail goes to at most 5 lists of a batch API_USER; the answer has a "
        "task number for each, by which mail/taskinfo tells how far it is.",
        "7.4, 7.5, 7.6, G5",
        f"{_LIST_MAIL}::test_a_mail_to_lists_gets_a_number_for_each",
        f"{_LIST_MAIL}::test_a_template_goes_to_lists",
        f"{_LIST_MAIL}::test_what_has_no_effect_is_a_finding",
        f"{_LIST_MAIL}::test_what_cannot_be_has_its_code",
        f"{_LIST_MAIL}::test_the_missing_list_is_named",
        f"{_LIST_MAIL}::test_a_trigger_api_user_sends_to_no_list",
    ),
    documented(
        "http-list-mail-members",
        "Every member gets a mail of his own with his name and his variables, and its events "
        "carry the task number twice.",
        "4.4, 7.8",
        f"{_LISTS_E2E}::test_kill_9_doubles_and_loses_nobody",
        f"{_LISTS_E2E}::test_events_tell_the_number_of_the_list",
    ),
    unknown(
        "http-list-mail-batches",
        "How the emails of a list are numbered, and what a member gets who has no variable of a "
        "name.",
        "A message has up to 100 members; the variable stays as it is written, %name% is empty.",
        "7.8",
        "tests/rules/test_list_batches.py::test_the_variables_of_members_go_into_xsmtpapi",
        "tests/rules/test_list_batches.py::test_a_message_has_a_hundred_members_or_fewer",
    ),
    unknown(
        "http-address-lists-twice",
        "What becomes of a member that is added again.",
        "He stays as he is, and is not counted.",
        "7.8",
        f"{_LISTS}::test_a_member_is_added_once",
    ),
)
