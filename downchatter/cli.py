"""The command line: plumbing around plain functions, imported only when a command needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest.errors import DownchatterError, UserError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Hears from public posts that an online service is down, and says since when, how badly and for whom.",
)
evaluate_app = typer.Typer(help="Measure how good the product is.")
bench_app = typer.Typer(no_args_is_help=True, help="Measure how fast it is.")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(bench_app, name="bench")
alerts_app = typer.Typer(no_args_is_help=True, help="Try, list and resend alerts.")
app.add_typer(alerts_app, name="alerts")

Config = Annotated[Path | None, typer.Option("--config", help="The settings file (default: downchatter.toml).")]
Database = Annotated[Path | None, typer.Option("--db", help="The database (default: as the settings say).")]
ServicesFile = Annotated[Path | None, typer.Option("--services", help="The services file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on standard output.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="A model of the hub, or a folder, whose answers go before the scorer's.")
]
ScorerName = Annotated[str | None, typer.Option("--scorer", help="Who reads the posts.")]


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit after the incident instead of serving the page.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes another day.")] = 1,
    port: Annotated[int | None, typer.Option(help="The page's port.")] = None,
) -> None:
    """Run a simulated day with an outage in it through the whole product, then show the page."""
    from downchatter.commands.demo import demo as run_demo

    run_demo(_settings(None), once=once, seed=seed, port=port)


@app.command()
def run(
    config: Config = None,
    db: Database = None,
    services: ServicesFile = None,
    scorer: ScorerName = None,
) -> None:
    """Watch live, until Ctrl-C. Needs no key."""
    from downchatter.commands.run import run as watch

    watch(_settings(config, database=db, services=services, scorer=scorer))


@app.command()
def replay(
    posts: Annotated[Path, typer.Argument(help="Recorded posts: .jsonl, .csv or .parquet.")],
    services: ServicesFile = None,
    service: Annotated[str, typer.Option("--service", help="Every row is about this service.")] = "",
    db: Database = None,
    as_json: AsJson = False,
    scorer: ScorerName = None,
    config: Config = None,
) -> None:
    """Feed recorded posts through the product by their own clock and print the incidents."""
    from downchatter.commands.replay import replay as run_replay

    run_replay(
        _settings(config, services=services, scorer=scorer), posts, service=service, database=db, as_json=as_json
    )


@app.command()
def score(
    posts: Annotated[Path, typer.Argument(help="Posts: .jsonl, .csv or .parquet.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write: .parquet, .csv or .jsonl.")],
    everything: Annotated[bool, typer.Option("--all", help="Also posts that name no service.")] = False,
    services: ServicesFile = None,
    scorer: ScorerName = None,
    model: ModelName = None,
    config: Config = None,
) -> None:
    """Write what the reader thinks of each post about each service."""
    from downchatter.commands.score import score as run_score

    run_score(_settings(config, services=services, scorer=scorer, model=model), posts, out, everything=everything)


@app.command()
def incidents(db: Database = None, as_json: AsJson = False, config: Config = None) -> None:
    """List the incidents that have been published, newest first."""
    from downchatter.commands.incidents import incidents as list_incidents

    list_incidents(_settings(config, database=db), as_json=as_json)


@app.command()
def brief(
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write a .md, .html or .docx file instead.")] = None,
    db: Database = None,
    config: Config = None,
) -> None:
    """Draft the report of an incident, each sentence with its source."""
    from downchatter.commands.brief import brief as draft

    draft(_settings(config, database=db), incident, out)


@app.command()
def sources(db: Database = None, as_json: AsJson = False, config: Config = None) -> None:
    """List the sources with their state, pace, lag and gaps."""
    from downchatter.commands.sources import sources as list_sources

    list_sources(_settings(config, database=db), as_json=as_json)


@app.command()
def purge(
    days: Annotated[int | None, typer.Option(min=0, help="Keep the words of so many days.")] = None,
    db: Database = None,
    config: Config = None,
) -> None:
    """Forget the words of old posts. `run` does so every hour."""
    from downchatter.commands.purge import purge as forget

    forget(_settings(config, database=db), days)


@app.command()
def doctor(db: Database = None, config: Config = None, as_json: AsJson = False) -> None:
    """Say for each part whether it works and what to do if not. Exit code 1: something needs a person."""
    from downchatter.commands.doctor import doctor as examine

    raise typer.Exit(examine(_settings(config, database=db), as_json=as_json))


@app.command()
def dashboard(
    db: Database = None,
    port: Annotated[int | None, typer.Option(help="The page's port.")] = None,
    config: Config = None,
) -> None:
    """Serve the page on what is published."""
    from downchatter.commands.dashboard import dashboard as serve

    serve(_settings(config, database=db), port=port)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="A post's text.")],
    as_json: AsJson = False,
    scorer: ScorerName = None,
    services: ServicesFile = None,
    config: Config = None,
) -> None:
    """Say how a text is read, and which words made it so."""
    from downchatter.commands.quality import explain_text

    explain_text(_settings(config, scorer=scorer, services=services), text, as_json=as_json)


@evaluate_app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    posts: Annotated[Path | None, typer.Option("--posts", help="A recording to judge: .jsonl, .csv, .parquet.")] = None,
    truth: Annotated[Path | None, typer.Option("--truth", help="Known outages: service, start, end (UTC).")] = None,
    service: Annotated[str, typer.Option("--service", help="Every row of the recording is about this one.")] = "",
    parts: Annotated[bool, typer.Option("--parts", help="Also judge with one part taken out, for each part.")] = False,
    other_rules: Annotated[str, typer.Option("--what-if", help="Other rules: promise=1/week,min_voices=4.")] = "",
    short: Annotated[bool, typer.Option("--short", help="A small part, beside what comes with the program.")] = False,
    only: Annotated[str, typer.Option("--only", help="Some sections: power,rivals,parts,recordings,nab …")] = "",
    write: Annotated[bool, typer.Option("--write", help="Keep it as the project's scorecard, page included.")] = False,
    as_json: AsJson = False,
    services: ServicesFile = None,
    scorer: ScorerName = None,
    db: Database = None,
    config: Config = None,
) -> None:
    """Measure how well and how soon outages are found; without options, the whole scorecard."""
    if context.invoked_subcommand is not None:
        return
    from downchatter.commands.evaluate import evaluate_all, evaluate_recording, evaluate_rules, evaluate_short

    settings = _settings(config, database=db, services=services, scorer=scorer)
    if other_rules:
        evaluate_rules(settings, other_rules, service=service, as_json=as_json)
    elif posts is not None:
        evaluate_recording(settings, posts, truth, service=service, parts=parts, as_json=as_json)
    elif truth is not None:
        raise UserError("--truth: say with --posts which recording it is about")
    elif short:
        evaluate_short(write=write, as_json=as_json)
    else:
        evaluate_all(settings, only, write=write, as_json=as_json)


@evaluate_app.command("posts")
def evaluate_posts(
    data: Annotated[Path | None, typer.Option("--data", help="Labelled posts: text, kind and more.")] = None,
    tweeteval: Annotated[Path | None, typer.Option("--tweeteval", help="TweetEval's sentiment folder.")] = None,
    as_json: AsJson = False,
    scorer: ScorerName = None,
    model: ModelName = None,
    config: Config = None,
) -> None:
    """Judge the reader on labelled posts, beside its comparators."""
    from downchatter.commands.quality import evaluate_posts as judge

    judge(_settings(config, scorer=scorer, model=model), data, tweeteval, as_json=as_json)


@bench_app.command("nab")
def bench_anomalies(
    data: Annotated[Path, typer.Option("--data", help="The folder of the Numenta Anomaly Benchmark.")],
    as_json: AsJson = False,
) -> None:
    """Score the detectors on the Numenta Anomaly Benchmark, as it does."""
    from downchatter.commands.nab import bench_nab

    bench_nab(data, as_json=as_json)


@bench_app.command("flow")
def bench_flow(as_json: AsJson = False, scorer: ScorerName = None, config: Config = None) -> None:
    """Posts a second of matching, reading and the whole replay."""
    from downchatter.commands import bench

    bench.show(bench.flow(_settings(config, scorer=scorer)), as_json)


@bench_app.command("store")
def bench_store(
    posts: Annotated[int, typer.Option(help="So many posts are stored already.")] = 1_000_000,
    as_json: AsJson = False,
    scorer: ScorerName = None,
    config: Config = None,
) -> None:
    """One cycle of 500 new posts on a full database."""
    from downchatter.commands import bench

    bench.show(bench.store(_settings(config, scorer=scorer), posts), as_json)


@bench_app.command("text")
def bench_text(
    endurance: Annotated[int, typer.Option(help="Read so many posts in a row as well, and watch memory.")] = 0,
    as_json: AsJson = False,
    scorer: ScorerName = None,
    config: Config = None,
) -> None:
    """Posts a second of the reader on one core, its load time and memory, beside the plain pipeline."""
    from downchatter.commands import bench

    bench.show(bench.text(_settings(config, scorer=scorer), endurance), as_json)


@bench_app.command("stream")
def bench_stream(
    posts: Annotated[int, typer.Option(min=100, help="Offer so many posts.")] = 1_000_000,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Posts a second of Bluesky's stream on one core: socket, matching, queue and store."""
    from downchatter.commands import bench
    from downchatter.commands.bench_stream import stream

    bench.show(stream(_settings(config), posts), as_json)


@bench_app.command("page")
def bench_page(
    posts: Annotated[int, typer.Option(min=1000, help="So many posts are published.")] = 10_000_000,
    services: Annotated[int, typer.Option(min=8, max=999, help="Of so many services.")] = 500,
    days: Annotated[int, typer.Option(min=30, max=365, help="Over so many days.")] = 90,
    sessions: Annotated[int, typer.Option(min=1, help="So many pages are open at once.")] = 20,
    refreshes: Annotated[int, typer.Option(min=5, help="Each is refreshed so often; 5760 are eight hours.")] = 5760,
    seed: Annotated[int, typer.Option(help="Another seed makes other posts.")] = 1,
    as_json: AsJson = False,
) -> None:
    """How soon the page shows and answers in a real browser, and whether its memory stays flat."""
    from rich.console import Console

    from downchatter.commands import bench
    from downchatter.commands.bench_page import page

    bench.show(page(posts, services, days, sessions, refreshes, seed, Console(stderr=True)), as_json)


@bench_app.command("judge")
def bench_judging(
    services: Annotated[int, typer.Option(min=10, help="So many services.")] = 500,
    days: Annotated[int, typer.Option(min=1, help="So many days of stored minutes.")] = 30,
    as_json: AsJson = False,
) -> None:
    """A month of many services judged again from stored minutes, and one minute of all of them."""
    from downchatter.commands import bench
    from downchatter.commands.bench_judge import judge

    bench.show(judge(services, days), as_json)


@bench_app.command("alerts")
def bench_sending(as_json: AsJson = False) -> None:
    """Kill the sender fifty times in two hundred transitions, and time news behind a thousand retries."""
    from downchatter.commands import bench, bench_alerts

    bench.show([*bench_alerts.crashes(), *bench_alerts.latency()], as_json)


@alerts_app.command("test")
def alerts_test(channel: Annotated[str, typer.Argument(help="The channel's name.")], config: Config = None) -> None:
    """Send a message that says that it is a test."""
    from downchatter.commands.alerts import try_channel

    try_channel(_settings(config), channel)


@alerts_app.command("log")
def alerts_log(
    limit: Annotated[int, typer.Option(help="So many, newest first.")] = 50,
    state: Annotated[str, typer.Option("--state", help="Only those in this state, such as dead.")] = "",
    attempts: Annotated[bool, typer.Option("--attempts", help="Every try at sending, with its latency.")] = False,
    db: Database = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List what was sent and what became of it."""
    from downchatter.commands.alerts import log

    log(_settings(config, database=db), limit=limit, state=state, attempts=attempts, as_json=as_json)


@alerts_app.command("show")
def alerts_show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id, or how it begins.")],
    db: Database = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Print what one alert says, and every try at sending it."""
    from downchatter.commands.alerts import show

    show(_settings(config, database=db), identity, as_json=as_json)


@alerts_app.command("redeliver")
def alerts_redeliver(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id, or how it begins.")],
    db: Database = None,
    config: Config = None,
) -> None:
    """Send one alert again, also while `run` runs."""
    from downchatter.commands.alerts import redeliver

    redeliver(_settings(config, database=db), identity)


def _settings(config: Path | None, **arguments: Any) -> Any:
    from downchatter.settings import load_settings

    return load_settings(config, **arguments)


def main() -> None:
    """The entry point: what a person must change is one sentence on standard error and exit code 2."""
    try:
        app()
    except DownchatterError as error:
        sys.stderr.write(f"downchatter: {error}\n")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
