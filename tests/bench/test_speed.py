"""The benchmark's parts: verdicts, table and plot from recorded numbers, and one small real run."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from tests.bench.comparing.loads import HARAKA, LOADS, SINK, UVLOOP
from tests.bench.comparing.plot import plot
from tests.bench.comparing.results import LoadResult, Results, Round
from tests.bench.comparing.servers import OURS
from tests.bench.comparing.table import notes, table

SPEED = Path(__file__).with_name("speed.py")
FAST, SLOW = 24_000.0, 9_000.0
SVG = "{http://www.w3.org/2000/svg}"


def shot(rate: float, cpu: float = 0.05) -> dict[str, float]:
    """Return what a turn measures."""
    return {"rate": rate, "CPU": cpu, "p50": 0.8, "p99": 4.0}


def turn(probe: float | None = FAST, ours: float = 16_000, sink: float = 24_000) -> Round:
    """Return a round of L1 with three peers."""
    peers = {UVLOOP: shot(4_000, 0.2), HARAKA: shot(10_000, 0.2), SINK: shot(sink, 0.04)}
    return Round(probe, {OURS: shot(ours)} | peers)


def recorded(*rounds: Round, missing: dict[str, str] | None = None) -> Results:
    """Return a run of L1 alone."""
    return Results({"cores": "2"}, missing or {}, [LoadResult("L1", 20_000, list(rounds))])


def printed(results: Results) -> str:
    """Return the table as text, each line's columns parted by a stroke."""
    told = io.StringIO()
    Console(width=200, file=told).print(table(results))
    return "\n".join(
        "|".join(cell.strip() for cell in line.split("│")) for line in told.getvalue().splitlines()
    )


def test_a_ratio_is_judged_by_its_bar() -> None:
    """Four times bare aiosmtpd is enough, 1.6 times Haraka is not."""
    told = printed(recorded(*[turn()] * 5))
    assert f"rate|16,000/s|{UVLOOP}|4,000/s|4.00 (4.00 to 4.00)|at least 3x|yes|0.25|" in told
    assert f"rate|16,000/s|{HARAKA}|10,000/s|1.60 (1.60 to 1.60)|at least 2x|no|0.25|" in told
    assert f"CPU|0.05 ms|{UVLOOP}|0.2 ms|0.25 (0.25 to 0.25)|at most 0.4x|yes|" in told
    assert "DATA to 250, p50|0.8 ms||||at most 1 ms|yes|" in told
    assert "DATA to 250, p99|4 ms||||at most 3 ms|no|" in told


def test_the_median_of_rounds_and_its_spread() -> None:
    """Ratios are taken round by round; the table tells the median, the least and the most."""
    told = printed(recorded(*[turn(ours=4_000 * times) for times in (5, 3, 2, 4, 9)]))
    assert "4.00 (2.00 to 9.00)" in told


def test_a_round_on_a_busy_machine_does_not_count() -> None:
    """A round in which smtp-sink is slow is left out where five others count."""
    results = recorded(*[turn()] * 5, turn(probe=SLOW, ours=1))
    assert "4.00 (4.00 to 4.00)" in printed(results)
    assert notes(results) == []


@pytest.mark.parametrize(
    ("rounds", "why"),
    [
        ([turn()] * 4 + [turn(probe=SLOW)], "smtp-sink reached 20,000/s in 4 of 5 rounds"),
        ([turn()] * 4 + [turn(sink=20_000)], "smtp-sink's own rate differed by 17%"),
        ([turn(probe=None)] * 5, "there is no smtp-sink"),
    ],
)
def test_numbers_of_a_busy_machine_prove_nothing(rounds: list[Round], why: str) -> None:
    """They are shown, but the verdicts are in brackets, the plot is grey, and a line says why."""
    results = recorded(*rounds)
    assert why in notes(results)[0]
    assert "(yes)" in printed(results)
    assert "#6e7781" in plot(results)
    assert "#1a7f37" not in plot(results)


def test_who_is_missing_is_named() -> None:
    """A peer that cannot be had is left out, and the reason told."""
    assert notes(recorded(*[turn()] * 5, missing={"maildev": "npm: not there"})) == [
        "Left out: maildev: npm: not there"
    ]


def test_a_peer_that_fell_out_has_no_line() -> None:
    """Who has no number in one of the rounds is not compared."""
    last = turn()
    del last.shots[HARAKA]
    assert HARAKA not in printed(recorded(*[turn()] * 5, last))


def test_results_survive_their_file() -> None:
    """What is read back from JSON is what was written."""
    results = recorded(turn(), turn(probe=None), missing={"x": "y"})
    assert Results.from_json(results.as_json()) == results


def test_the_plot_has_a_dot_for_each_ratio() -> None:
    """Green where the bar is reached, red where not, grey where there is none."""
    drawn = ET.fromstring(plot(recorded(*[turn()] * 5)))  # noqa: S314 - our own
    colours = [dot.get("fill") for dot in drawn.iter(f"{SVG}circle")]
    assert colours == ["#1a7f37", "#cf222e", "#1a7f37", "#1a7f37", "#1a7f37", "#6e7781"]


def test_every_bar_has_a_line() -> None:
    """No load wants what its table does not show."""
    for load in LOADS.values():
        assert {bar.measure for bar in load.bars if bar.peer} == set(load.measures)


def speed(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, str(SPEED), *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | env,
    )


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--loads", "L1,L9"], "no 'L9'; there are L1, L1-100, L2"),
        (["--peers", "exim"], "no 'exim'; there are uvloop, asyncio, haraka, sink, maildev"),
        (["--rounds", "0"], "'0': a number from 1 on is needed"),
        (["--seconds", "-1"], "'-1': a number above 0 is needed"),
    ],
)
def test_a_mistake_in_the_call_is_told(options: list[str], told: str) -> None:
    """The last line says what is wrong and what there is; the exit status is 2."""
    done = speed(*options)
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[-1]


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.timeout(150)
@pytest.mark.skipif(
    shutil.which("cc") is None and os.environ.get("CI") != "true", reason="there is no C compiler"
)
def test_a_small_run(tmp_path: Path) -> None:
    """One round beside bare aiosmtpd prints a table and leaves JSON and a plot."""
    options = ["--loads", "L1,L2", "--peers", "uvloop,asyncio", "--rounds", "1", "--seconds", "0.2"]
    done = speed(*options, "--out", str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    assert "there is no smtp-sink" in done.stdout
    told = json.loads((tmp_path / "results.json").read_text())
    (played,) = told["loads"][0]["rounds"]
    assert played["shots"].keys() == {OURS, UVLOOP, "aiosmtpd, asyncio"}
    assert all(each["rate"] > 0 for each in played["shots"].values())
    ET.fromstring((tmp_path / "plot.svg").read_text())  # noqa: S314 - our own
