"""Every transcript, played against the whole server (HARAKA.md 2 to 5, SENDCLOUD.md 1 to 3).

`rows.toml` tells which transcripts show which row of the documents.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.dialogues.aftermath import check_aftermath, read_expectation
from tests.dialogues.player import Player
from tests.dialogues.transcript import HERE, all_transcripts, read_transcript
from tests.servers import running_server

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

NAMES = [path.relative_to(HERE).with_suffix("").as_posix() for path in all_transcripts()]


@pytest.mark.parametrize("name", NAMES)
async def test_server_keeps_to_the_transcript(name: str, tmp_path: Path) -> None:
    """The server answers as written, and the sandbox API shows afterwards what is expected."""
    transcript = read_transcript(HERE / f"{name}.smtp")
    expectation = read_expectation(transcript.expectation)
    async with running_server(tmp_path, transcript.settings) as server:
        if transcript.rules:
            await put_rules(server.client, transcript.rules)
        told = await Player(server).play(transcript)
        await check_aftermath(server.client, told, expectation)


async def put_rules(client: httpx.AsyncClient, rules: dict[str, Any]) -> None:
    """Give the sandbox's own API_USER its rules."""
    where = "/sandbox/v1/rules?api_user=sandbox_user"
    (await client.put(where, json=rules)).raise_for_status()


def test_every_row_is_covered() -> None:
    """Each row of the documents names transcripts that exist, or says why none can show it."""
    rows = tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8"))
    shown = [shows for section in rows.values() for shows in section.values()]
    assert all(shows for shows in shown)
    named = {name for shows in shown if isinstance(shows, list) for name in shows}
    assert sorted(named - set(NAMES)) == []
    assert sorted(set(NAMES) - named) == []


def test_every_expectation_has_its_transcript() -> None:
    """No expectation is left behind by a transcript that was renamed."""
    left = [path.name for path in HERE.rglob("*.expect.json") if not _transcript_of(path).exists()]
    assert left == []


def _transcript_of(expectation: Path) -> Path:
    return expectation.with_name(expectation.name.replace(".expect.json", ".smtp"))
