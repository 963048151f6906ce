"""The maildir, read back by the standard library's own reader."""

from __future__ import annotations

import asyncio
import mailbox
import resource
import stat
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.delivery import Maildir
from sendcloud_inbound.rules.model import EmailStatus
from tests.builders import outgoing
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sendcloud_inbound.rules.model import SendResult


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file of this process grow beyond 4 kB, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files(path: Path) -> list[str]:
    """Return what lies in a maildir, by directory."""
    return sorted(f"{file.parent.name}/{file.name}" for file in path.glob("*/*"))


def assert_try_later(result: SendResult, path: Path, why: str) -> None:
    """The result says to try again, where the trouble is, and what it is."""
    assert result.status is None
    assert result.sub_status == 503
    assert result.reason == f"cannot write to the maildir {path}: {why}"


async def test_a_copy_is_a_new_mail_with_its_envelope_on_top(tmp_path: Path) -> None:
    """For its owner alone, lines ending in LF; the directories are made as needed."""
    path = tmp_path / "mail" / "box"
    target = Maildir(path, FakeClock())
    mail = outgoing(mail_from="bounce@example.com", recipient="ben@ifaxin.com")
    result = await target.send(mail)
    assert result.status is EmailStatus.DELIVERED
    (key,) = mailbox.Maildir(path, create=False).keys()
    assert key in result.reason
    (file,) = (path / "new").iterdir()
    assert file.read_bytes() == (
        b"Return-Path: <bounce@example.com>\nDelivered-To: ben@ifaxin.com\n"
        + mail.content.replace(b"\r\n", b"\n")
    )
    modes = {stat.S_IMODE(part.stat().st_mode) for part in (path, *path.iterdir())}
    assert modes == {0o700}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await target.close()


async def test_copies_written_together_are_all_there(tmp_path: Path) -> None:
    """A message's hundred recipients get a mail each, and `tmp` is empty again."""
    target, number = Maildir(tmp_path, FakeClock()), outgoing().message_id
    mails = [
        outgoing(message_id=number, position=position, recipient=f"r{position}@example.com")
        for position in range(100)
    ]
    results = await asyncio.gather(*map(target.send, mails))
    assert {result.status for result in results} == {EmailStatus.DELIVERED}
    box = mailbox.Maildir(tmp_path, create=False)
    assert sorted(str(mail["Delivered-To"]) for mail in box) == sorted(
        mail.recipient for mail in mails
    )
    assert {name.partition("/")[0] for name in files(tmp_path)} == {"new"}


async def test_a_copy_sent_twice_is_there_once(tmp_path: Path) -> None:
    """A crash repeats work; the second file takes the first one's place, or stays away.

    So it is too in another process, and when a reader has moved the first one and marked it.
    """
    mail = outgoing()
    await Maildir(tmp_path, FakeClock()).send(mail)
    target = Maildir(tmp_path, FakeClock())
    result = await target.send(mail)
    (name,) = files(tmp_path)
    assert name == f"new/{result.reason.split()[-1]}"
    (tmp_path / name).rename(tmp_path / "cur" / f"{name.removeprefix('new/')},S=99:2,RS")
    assert (await target.send(mail)).status is EmailStatus.DELIVERED
    assert [found.partition("/")[0] for found in files(tmp_path)] == ["cur"]
    await target.send(outgoing())
    assert [found.partition("/")[0] for found in files(tmp_path)] == ["cur", "new"]


async def test_what_cannot_be_written_is_tried_again(tmp_path: Path, small_files: None) -> None:
    """A full disk, a file in the way: one clear reason, and no half a mail anywhere."""
    target = Maildir(tmp_path / "box", FakeClock())
    assert_try_later(
        await target.send(outgoing(content=b"x" * 5000)), tmp_path / "box", "File too large"
    )
    assert files(tmp_path / "box") == []
    assert (await target.send(outgoing())).status is EmailStatus.DELIVERED
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    result = await Maildir(in_the_way, FakeClock()).send(outgoing())
    assert_try_later(result, in_the_way, "File exists")


async def test_an_envelope_adds_no_line(tmp_path: Path) -> None:
    """Whatever an address holds, its field is one line."""
    mail = outgoing(mail_from="a\nX-Evil: 1\ud800@x", recipient="b\r\n\r\nc@y", content=b"S: 1\n\n")
    await Maildir(tmp_path, FakeClock()).send(mail)
    (read,) = mailbox.Maildir(tmp_path, create=False)
    assert read.keys() == ["Return-Path", "Delivered-To", "S"]
