"""SendCloud's HTTP API."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import differs, documented, unknown

_CALLS = "tests/http/apiv2/test_calls.py"
_SEND = "tests/http/apiv2/test_mail_send.py"
_CLIENTS = "tests/clients/http/test_captures.py"

ROWS: Final = (
    documented(
        "http-envelope",
        "Every answer has result, statusCode, message and info, in this order, compact, in UTF-8, "
        "in Chinese under /apiv2/ and in English under /api/.",
        "7.3, D9, D21, D23",
        f"{_CALLS}::test_the_envelope_is_the_recorded_one",
    ),
    documented(
        "http-status",
        "The HTTP status is 200 whatever the answer, a wrong login included.",
        "7.2, 7.3, D19, D20",
        f"{_CALLS}::test_a_wrong_login_is_told_in_the_body",
    ),
    documented(
        "http-rate",
        "Too many calls get the answer as printed, with a lower-case c in statuscode.",
        "7.3, D22",
        f"{_CALLS}::test_who_sends_too_often_is_told_as_printed",
    ),
    documented(
        "http-send-ids",
        "mail/send gives an emailId for each of to, then cc, then bcc, or for each of to of "
        "xsmtpapi, which goes before them.",
        "7.4, G15",
        f"{_SEND}::test_the_ids_follow_to_then_cc_then_bcc",
        f"{_SEND}::test_to_of_xsmtpapi_goes_before_all_others",
    ),
    documented(
        "http-send-codes",
        "mail/send refuses what cannot be with the code of the table: more than 100 in to, cc or "
        "bcc each, a summary above 200 octets, a base64 value of xsmtpapi and others.",
        "8, D30, D35, S25",
        f"{_SEND}::test_what_cannot_be_has_its_code",
    ),
    documented(
        "http-send-plain-json",
        "The parameter xsmtpapi is plain JSON.",
        "7.4, G13",
        f"{_SEND}::test_to_of_xsmtpapi_goes_before_all_others",
        "tests/e2e/test_guide_api.py::test_g13_plain_json_is_taken",
    ),
    documented(
        "http-send-client-shapes",
        "Requests are taken as clients make them: forms and multipart, names without quotation "
        "marks, a parameter given repeatedly, True with a capital, null members in xsmtpapi.",
        "7.14, 9",
        f"{_CLIENTS}::test_client_is_answered_as_when_it_was_captured",
        f"{_CLIENTS}::test_message_is_what_the_client_meant",
    ),
    unknown(
        "http-send-letters",
        "What becomes of letters that a form does not percent-encode, of file names by RFC 2231, "
        "and of attachments[] for a list of files.",
        "The letters are UTF-8, the names are decoded, the files are attached.",
        "7.14",
        f"{_SEND}::test_a_form_may_have_letters_as_they_are",
        f"{_SEND}::test_a_file_name_may_be_encoded",
        f"{_SEND}::test_files_may_be_named_as_a_list",
    ),
    documented(
        "http-send-html",
        "html wins when plain is given too.",
        "7.4, D34",
        f"{_SEND}::test_the_message_is_what_was_ordered",
    ),
    documented(
        "http-send-once",
        "A send with the sendRequestId of one that was taken within an hour is refused: 40000.",
        "7.4, 8",
        "tests/http/apiv2/test_once.py::test_a_repeat_is_refused",
        "tests/http/apiv2/test_once.py::test_it_is_remembered_for_an_hour_and_through_a_restart",
    ),
    unknown(
        "http-send-xsmtpapi-size",
        "How large the parameter xsmtpapi may be.",
        "At most 786,432 octets of JSON: as base64 it has the megabyte of the header.",
        "7.4",
        f"{_SEND}::test_what_cannot_be_has_its_code",
    ),
    documented(
        "http-v1",
        "The first generation answers at /webapi/mail.send.json, errors in an array.",
        "7.13, D43",
        "tests/http/test_webapi.py::test_a_mail_is_sent",
        "tests/http/test_webapi.py::test_a_template_is_sent",
        "tests/http/test_webapi.py::test_what_cannot_be_is_told_in_an_array",
    ),
    documented(
        "http-calendar",
        "mail/sendcalendar sends an invitation and tells its uid, by which it is changed and "
        "called off; participants may be left out.",
        "7.7, D37",
        "tests/http/apiv2/test_mail_sendcalendar.py::test_an_invitation_is_sent",
        "tests/http/apiv2/test_mail_sendcalendar.py::test_a_meeting_is_changed_and_called_off",
    ),
    differs(
        "http-v1-calls",
        "The first generation has calls for address lists too, and mixes lists and addresses in "
        "to.",
        "Of its calls mail.send, mail.send_template and queueStatus.get are there; with "
        "use_maillist, to names lists alone.",
        "7.13, D47",
        "tests/http/test_fidelity.py::test_other_calls_of_the_first_generation_are_not_there",
        "tests/http/apiv2/test_list_mail.py::test_the_first_generation_sends_to_lists_too",
    ),
)
