"""The directory of a report: ours goes, what others put there stays."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from typer import BadParameter

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.report.folder import Folder, email_file, message_file
from tests.rights import closed_folder, without_rights

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("index.html", "emails.json", "messages/1_2.eml", "emails/7.html")


def written(path: Path, content: bytes = b"old") -> Folder:
    """Write a report of a few files."""
    folder = Folder(path)
    folder.prepare()
    for name in NAMES:
        folder.write(name, content)
    return folder


def files(path: Path) -> set[str]:
    """Return the names of all files in a directory, however deep."""
    return {each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file()}


def test_a_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    """And holds nothing until the report is written."""
    path = tmp_path / "out" / "mail"
    Folder(path).prepare()
    assert (path.is_dir(), files(path)) == (True, set())


def test_an_earlier_report_goes_before_the_next_run(tmp_path: Path) -> None:
    """What is there afterwards is not mistaken for the new one."""
    written(tmp_path)
    Folder(tmp_path).prepare()
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_report_is_replaced(tmp_path: Path) -> None:
    """The same names can be written again."""
    written(tmp_path)
    written(tmp_path, b"new")
    assert files(tmp_path) == {*NAMES, "manifest.txt"}
    assert (tmp_path / "emails/7.html").read_bytes() == b"new"


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    """Beside a report, and within its directories."""
    written(tmp_path)
    foreign = {"notes.txt", "emails/notes.txt", "messages/notes", "more/index.html"}
    for name in foreign:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    Folder(tmp_path).prepare()
    assert files(tmp_path) == foreign


@pytest.mark.parametrize("name", [*NAMES, "manifest.txt"])
def test_a_foreign_file_by_a_name_of_ours_is_told(tmp_path: Path, name: str) -> None:
    """It is named, and left as it is."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(BadParameter, match=re.escape(f"{tmp_path / name} is not of an earlier")):
        Folder(tmp_path).prepare()
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("name", [*NAMES, "manifest.txt"])
def test_a_file_that_came_while_the_command_ran_is_not_overwritten(
    tmp_path: Path, name: str
) -> None:
    """The command may write to the same directory."""
    folder = Folder(tmp_path)
    folder.prepare()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(CommandFailed, match="cannot be written: file exists"):
        folder.write(name if name in NAMES else "index.html", b"ours")
    assert (tmp_path / name).read_text() == "mine"


def test_a_list_that_was_tampered_with_reaches_no_other_file(tmp_path: Path) -> None:
    """Only names that a report can have are removed."""
    path = tmp_path / "report"
    written(path)
    outside = [tmp_path / "precious.eml", path / "precious.txt"]
    for file in outside:
        file.write_text("mine")
    with (path / "manifest.txt").open("a") as manifest:
        manifest.write(f"../precious.eml\nmessages/../../precious.eml\n{outside[0]}\n")
        manifest.write("precious.txt\n\n.\nmessages\n")
    Folder(path).prepare()
    assert all(file.read_text() == "mine" for file in outside)


def test_a_report_that_was_cut_off_is_ours_too(tmp_path: Path) -> None:
    """A file is noted before it is made."""
    folder = Folder(tmp_path)
    folder.prepare()
    with suppress(KeyboardInterrupt), folder.open("emails.json") as file:
        file.write(b"[")
        raise KeyboardInterrupt
    assert files(tmp_path) == {"manifest.txt", "emails.json"}
    Folder(tmp_path).prepare()
    assert files(tmp_path) == set()


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_is_no_directory(tmp_path: Path, below: str) -> None:
    """Neither itself nor as a parent."""
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(BadParameter, match=r"is a file; name a directory|not a directory"):
        Folder(path / below if below else path).prepare()
    assert path.read_text() == "mine"


def test_a_directory_that_is_closed_to_us() -> None:
    """It is told before anything runs."""
    with (
        closed_folder() as folder,
        without_rights(),
        pytest.raises(BadParameter, match="cannot be written: permission denied"),
    ):
        Folder(folder).prepare()


def test_a_directory_that_the_command_removed_is_made_again(tmp_path: Path) -> None:
    """As `make clean` does."""
    path = tmp_path / "out"
    folder = Folder(path)
    folder.prepare()
    path.rmdir()
    folder.write("emails/1.eml", b"")
    assert files(path) == {"manifest.txt", "emails/1.eml"}


@given(st.text(st.characters()))
def test_any_id_gives_a_safe_name(message_id: str) -> None:
    """It stays in its directory, on every file system."""
    name = message_file(message_id)
    assert re.fullmatch(r"messages/[A-Za-z0-9._-]{0,117}\.eml", name)
    assert message_file(message_id + "/") != name


def test_an_id_of_sendcloud_stays_as_it_is() -> None:
    """So that a message is found by it."""
    message_id = "1447054895514_15555555_32350_1350.sc-10_10_126_221-inbound"
    assert message_file(message_id) == f"messages/{message_id}.eml"
    assert email_file(3, "html") == "emails/3.html"
