"""How variables of X-SMTPAPI are replaced: sub, pubsub and section."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import dialogue, documented, unknown

_GUIDE = "tests/rules/test_guide.py::test_"
_GUIDE_API = "tests/e2e/test_guide_api.py::test_"
_SUBSTITUTION = "tests/rules/test_substitution.py::test_"

ROWS: Final = (
    documented(
        "xsmtpapi-sub",
        "sub replaces variables by position in to.",
        "3.3, G6, G10, G17",
        f"{_SUBSTITUTION}g6_and_g10_sub_by_position",
        f"{_GUIDE_API}g6_sub_by_parameter",
        f"{_SUBSTITUTION}g17_ben_and_joe",
    ),
    unknown(
        "xsmtpapi-sub-exact",
        "Whether a blank beside a variable stays: page B's example shows a result without it.",
        "It stays: nothing but the variable is replaced.",
        "D18, G17",
        f"{_SUBSTITUTION}g17_ben_and_joe",
    ),
    documented(
        "xsmtpapi-pubsub",
        "pubsub replaces variables alike for all, also without to.",
        "3.3, G8",
        f"{_SUBSTITUTION}g8_pubsub_without_to",
        f"{_GUIDE_API}g8_pubsub_without_to",
    ),
    documented(
        "xsmtpapi-pubsub-with-to",
        "pubsub goes with to, in one message.",
        "3.3, G7",
        f"{_SUBSTITUTION}g7_pubsub_with_to",
        f"{_GUIDE_API}g7_pubsub_with_to",
    ),
    unknown(
        "xsmtpapi-pubsub-sample",
        "What page A's sample of pubsub gets, which lacks a comma and so is not JSON.",
        "552 xsmtpapi error; the finding tells line and column.",
        "D17, G7",
        f"{_GUIDE}g7_as_page_a_prints_it_is_no_json",
        dialogue("xsmtpapi/guide_pubsub_without_comma"),
    ),
    documented(
        "xsmtpapi-pubsub-outranks-sub",
        "Where there is pubsub, sub is ignored as a whole.",
        "3.2, G9",
        f"{_SUBSTITUTION}g9_pubsub_outranks_sub_as_a_whole",
        f"{_GUIDE_API}g9_pubsub_and_sub_together",
    ),
    documented(
        "xsmtpapi-section",
        "section replaces a variable inside a value of sub.",
        "3.3, D14",
        f"{_SUBSTITUTION}d14_section_is_replaced_inside_values_and_in_the_text",
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
        "xsmtpapi-encodings",
        "In which transfer encodings and charsets variables are replaced.",
        "In all that can be decoded; the text is written in the same again where that holds the "
        "value, else in UTF-8.",
        "S10",
        f"{_SUBSTITUTION}every_charset_in_every_encoding_round_trips",
        f"{_SUBSTITUTION}a_seven_bit_part_that_gets_chinese_becomes_valid",
    ),
    unknown(
        "xsmtpapi-value-of-lines",
        "What a value with line breaks or boundaries in it does.",
        "It is only text: it adds neither a header nor a part.",
        "S10",
        f"{_SUBSTITUTION}s10_the_subject_is_decoded_and_written_anew",
        f"{_SUBSTITUTION}no_value_can_form_a_boundary",
    ),
    unknown(
        "xsmtpapi-case",
        "Whether a variable is found in another case.",
        "Case matters.",
        "S10",
        f"{_SUBSTITUTION}s10_case_matters",
    ),
)
