"""Text can be read on every ground that the stylesheet gives it, in light and dark (WCAG AA)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

LEAST = 4.5
SHEET = files("sendcloud_inbound.http.ui").joinpath("static", "app.css").read_text("utf-8")
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", SHEET)
}
PAIRS = [
    *((text, ground) for text in ("text", "quiet", "link") for ground in ("ground", "raised")),
    *((kind, "ground") for kind in ("good", "warn", "bad", "accent")),
    *((kind, f"{kind}-ground") for kind in ("good", "warn", "bad")),
    *(("text", f"{kind}-ground") for kind in ("good", "warn", "bad")),
    ("on-accent", "accent"),
]


def luminance(colour: str) -> float:
    """Return how bright a colour is, 0 to 1 (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(text: str, ground: str, theme: str) -> None:
    """By at least 4.5 to 1."""
    bright, dim = (luminance(COLOURS[name][theme == "dark"]) + 0.05 for name in (text, ground))
    assert max(bright, dim) / min(bright, dim) >= LEAST
