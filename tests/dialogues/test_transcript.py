"""Reading transcripts: what is written wrongly gets one line that names the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dialogues.steps import Send
from tests.dialogues.transcript import TranscriptError, all_transcripts, read_transcript

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("X: what", "a line begins with C:"),
        ("S: 220 Hello\n[dance]", "unknown directive"),
        ('S: 220 Hello\n[settings {"a": 1}]', "that are not the first"),
        ('C: NOOP\n[rules {"rules": []}]', "that are not the first"),
        ("[settings {]", "not JSON"),
        ("[rules {]", "rules are not JSON"),
        ("[settings []]", "not a JSON object"),
        ("[include nothing_like_it]", r"there is no nothing_like_it\.part"),
        ("[repeat 2]\nC: a", r"no \[end\]"),
        ("[repeat two]\nC: a\n[end]", "a number is missing"),
        ("C| no quotes", "octets stand in quotes"),
        ('C* many "x"', "a number is missing"),
        ("C: $nothing(x)", r"unknown macro \$nothing"),
        ("C: $repeat(x)", "takes a number"),
        ("C: $base64(a(b)", "not closed"),
        ("S~ (", "no regular expression"),
        ("S* later", "a code"),
        ("[took long]", "a number of seconds"),
    ],
)
def test_mistakes_name_their_line(text: str, complaint: str, tmp_path: Path) -> None:
    """What cannot be understood is told with its file, its line and the reason."""
    path = tmp_path / "wrong.smtp"
    path.write_text(text)
    with pytest.raises(TranscriptError, match=rf"wrong\.smtp:\d+: .*{complaint}"):
        read_transcript(path)


def test_settings_are_read(tmp_path: Path) -> None:
    """The settings of a file's server stand in its first directive."""
    path = tmp_path / "set.smtp"
    path.write_text('# why\n[settings {"smtp": {"idle_timeout_s": 1}}]\nC: NOOP\n')
    transcript = read_transcript(path)
    assert transcript.settings == {"smtp": {"idle_timeout_s": 1}}
    assert transcript.steps == (Send("test_settings_are_read0/set.smtp:3", b"NOOP\r\n"),)
    assert transcript.rules == {}


def test_rules_are_read(tmp_path: Path) -> None:
    """The rules follow the settings, or stand alone."""
    path = tmp_path / "set.smtp"
    for before in ("", '[settings {"smtp": {}}]\n'):
        path.write_text(before + '[rules {"rules": [1]}]\nC: NOOP\n')
        transcript = read_transcript(path)
        assert transcript.rules == {"rules": [1]}
        assert len(transcript.steps) == 1


@pytest.mark.parametrize("path", all_transcripts(), ids=lambda path: path.stem)
def test_transcripts_begin_with_what_they_show(path: Path) -> None:
    """Each file's first line is a comment that names a row, a section or a decision."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.startswith("# ")
    assert len(first) > len("# G1.")
