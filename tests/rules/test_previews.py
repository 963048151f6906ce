"""The HTML of a mail in a frame of ours."""

from __future__ import annotations

import pytest

from sendcloud_inbound.rules.previews import MOST_INLINED, Image, preview

PNG = Image("image/png", b"\x89PNG")


def shown(html: str, **images: Image) -> str:
    """Return a preview without what stands in front."""
    made = preview(html, images, is_dark=False)
    return made.partition("</style>")[2]


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel=preconnect href="http://evil.example">',
        "<LINK\nrel=dns-prefetch href=//evil.example>",
        "<meta/http-equiv=refresh content=0;url=//evil.example>",
        "<!-- --><base\x0chref=//evil.example>",
        "<iframe src=//evil.example>",
        "<oBject data=//evil.example>",
        "<svg><a><SET attributeName=href to=//evil.example>",
        "<svg><a><animate\tattributeName=href values=//evil.example>",
        "<svg><style><link rel=stylesheet href=//evil.example>",
    ],
)
def test_what_reaches_out_means_nothing(tag: str) -> None:
    """However it is written, and wherever it stands."""
    assert "<x-" in shown(tag)
    assert shown(tag).replace("<x-", "<").replace("#", "") == tag


@pytest.mark.parametrize("html", ["<p>a < b</p>", "<linked>", "<metadata>", "<b>base</b>", ""])
def test_all_else_stays(html: str) -> None:
    """Octet for octet."""
    assert shown(html) == html


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ('<a href="http://evil.example">', '<a href="#http://evil.example">'),
        ("<a\nHREF\n=\t'//evil.example'>", "<a\nHREF\n=\t'#//evil.example'>"),
        ("<a/href=http:evil>", "<a/href=#http:evil>"),
        ('<a id="x"href="http:evil">', '<a id="x"href="#http:evil">'),
        ("<svg><a xlink:href=http:evil>", "<svg><a xlink:href=#http:evil>"),
        ("<a href=&#104;ttp:evil>", "<a href=#&#104;ttp:evil>"),
        ('<use href="#icon">', '<use href="#icon">'),
        ('<image href="cid:logo">', '<image href="data:image/png;base64,iVBORw==">'),
        ("<a data-href=x hrefs=x>", "<a data-href=x hrefs=x>"),
    ],
)
def test_a_link_leads_nowhere(html: str, made: str) -> None:
    """However it is written; what is within the mail stays."""
    assert shown(html, logo=PNG) == made


def test_a_doctype_stays_in_front() -> None:
    """So that the page is laid out as its sender meant."""
    made = preview("\n<!DOCTYPE html><p>x", {}, is_dark=True)
    assert made.startswith("\n<!DOCTYPE html><style>")
    assert "color-scheme:dark" in made


def test_images_of_the_mail_are_put_in() -> None:
    """By Content-ID, percent-encoded or not; what is no image, or not there, stays."""
    html = '<img src="cid:logo"><img src="CID:%6Cogo"><p background=cid:none><a href="cid:doc">'
    made = shown(html, logo=PNG, doc=Image("text/html", b"<script>"))
    assert made.count("data:image/png;base64,iVBORw==") == 2
    assert made.endswith('<p background=cid:none><a href="#cid:doc">')


def test_an_image_cannot_be_multiplied_for_ever() -> None:
    """A mail that names a large one very often gets it a few times."""
    large = Image("image/png", bytes(MOST_INLINED // 4))
    assert len(shown("cid:big " * 1000, big=large)) < MOST_INLINED + 10_000


@pytest.mark.parametrize(("is_dark", "met"), [(True, "dark"), (False, "light")])
def test_the_mail_is_told_the_chosen_colours(is_dark: bool, met: str) -> None:  # noqa: FBT001
    """Whatever the browser's own are."""
    html = "@media ( Prefers-Color-Scheme : dark ){dark}@media (prefers-color-scheme:light){light}"
    made = preview(html, {}, is_dark=is_dark)
    assert f"@media (min-width:0){{{met}}}" in made
    assert "scheme:" not in made.partition("</style>")[2]
