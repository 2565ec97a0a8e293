"""The commands of `downchatter bench`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downchatter.arguments import AsJson, Config, ScorerName, settings_of

app = typer.Typer(no_args_is_help=True, help="Measure how fast it is.")


@app.command("nab")
def bench_anomalies(
    data: Annotated[Path, typer.Option("--data", help="The folder of the Numenta Anomaly Benchmark.")],
    as_json: AsJson = False,
) -> None:
    """Score the detectors on the Numenta Anomaly Benchmark, as it does."""
    from downchatter.commands.nab import bench_nab

    bench_nab(data, as_json=as_json)


@app.command("flow")
def bench_flow(as_json: AsJson = False, scorer: ScorerName = None, config: Config = None) -> None:
    """Posts a second of matching, reading and the whole replay."""
    from downchatter.commands import bench

    bench.show(bench.flow(settings_of(config, scorer=scorer)), as_json)


@app.command("store")
def bench_store(
    posts: Annotated[int, typer.Option(help="So many posts are stored already.")] = 1_000_000,
    as_json: AsJson = False,
    scorer: ScorerName = None,
    config: Config = None,
) -> None:
    """One cycle of 500 new posts on a full database."""
    from downchatter.commands import bench

    bench.show(bench.store(settings_of(config, scorer=scorer), posts), as_json)


@app.command("text")
def bench_text(
    endurance: Annotated[int, typer.Option(help="Read so many posts in a row as well, and watch memory.")] = 0,
    as_json: AsJson = False,
    scorer: ScorerName = None,
    config: Config = None,
) -> None:
    """Posts a second of the reader on one core, its load time and memory, beside the plain pipeline."""
    from downchatter.commands import bench

    bench.show(bench.text(settings_of(config, scorer=scorer), endurance), as_json)


@app.command("stream")
def bench_stream(
    posts: Annotated[int, typer.Option(min=100, help="Offer so many posts.")] = 1_000_000,
    rate: Annotated[float, typer.Option(min=0, help="So many a second; 0: as fast as they are taken.")] = 0.0,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Posts a second of Bluesky's stream on one core: socket, matching, queue and store."""
    from downchatter.commands import bench
    from downchatter.commands.bench_stream import stream

    bench.show(stream(settings_of(config), posts, rate), as_json)


@app.command("page")
def bench_page(
    posts: Annotated[int, typer.Option(min=1000, help="So many posts are published.")] = 10_000_000,
    services: Annotated[int, typer.Option(min=8, max=999, help="Of so many services.")] = 500,
    days: Annotated[int, typer.Option(min=30, max=365, help="Over so many days.")] = 90,
    sessions: Annotated[int, typer.Option(min=1, help="So many pages are open at once.")] = 20,
    refreshes: Annotated[int, typer.Option(min=5, help="Each is refreshed so often; 5760 are eight hours.")] = 5760,
    seed: Annotated[int, typer.Option(help="Another seed makes other posts.")] = 1,
    wall: Annotated[str, typer.Option(help="Pages that are open: now,service,incident …; usually all.")] = "",
    as_json: AsJson = False,
) -> None:
    """How soon the page shows and answers in a real browser, and whether its memory stays flat."""
    from rich.console import Console

    from downchatter.commands import bench
    from downchatter.commands.bench_page import page

    bench.show(page(posts, services, days, sessions, refreshes, seed, Console(stderr=True), wall), as_json)


@app.command("judge")
def bench_judging(
    services: Annotated[int, typer.Option(min=10, help="So many services.")] = 500,
    days: Annotated[int, typer.Option(min=1, help="So many days of stored minutes.")] = 30,
    as_json: AsJson = False,
) -> None:
    """A month of many services judged again from stored minutes, and one minute of all of them."""
    from downchatter.commands import bench
    from downchatter.commands.bench_judge import judge

    bench.show(judge(services, days), as_json)


@app.command("alerts")
def bench_sending(as_json: AsJson = False) -> None:
    """Kill the sender fifty times in two hundred transitions, and time news behind a thousand retries."""
    from downchatter.commands import bench, bench_alerts

    bench.show([*bench_alerts.crashes(), *bench_alerts.latency()], as_json)
