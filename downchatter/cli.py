"""The command line: plumbing around plain functions, imported only when a command needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from downchatter import cli_alerts as alerts
from downchatter import cli_bench as bench
from downchatter.arguments import AsJson, Config, Database, ModelName, ScorerName, ServicesFile, settings_of
from ingest.errors import DownchatterError, UserError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Hears from public posts that an online service is down, and says since when, how badly and for whom.",
)
evaluate_app = typer.Typer(help="Measure how good the product is.")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(bench.app, name="bench")
app.add_typer(alerts.app, name="alerts")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit after the incident instead of serving the page.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes another day.")] = 1,
    port: Annotated[int | None, typer.Option(help="The page's port.")] = None,
    talk: Annotated[bool, typer.Option("--talk", help="Four days, and talk that spreads on the last of them.")] = False,
) -> None:
    """Run a simulated day with an outage in it through the whole product, then show the page."""
    from downchatter.commands.demo import demo as run_demo

    run_demo(settings_of(None), once=once, seed=seed, port=port, talk=talk)


@app.command()
def run(
    config: Config = None,
    db: Database = None,
    services: ServicesFile = None,
    scorer: ScorerName = None,
) -> None:
    """Watch live, until Ctrl-C. Needs no key."""
    from downchatter.commands.run import run as watch

    watch(settings_of(config, database=db, services=services, scorer=scorer))


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
        settings_of(config, services=services, scorer=scorer), posts, service=service, database=db, as_json=as_json
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

    run_score(settings_of(config, services=services, scorer=scorer, model=model), posts, out, everything=everything)


@app.command()
def incidents(db: Database = None, as_json: AsJson = False, config: Config = None) -> None:
    """List the incidents that have been published, newest first."""
    from downchatter.commands.incidents import incidents as list_incidents

    list_incidents(settings_of(config, database=db), as_json=as_json)


@app.command()
def brief(
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write a .md, .html or .docx file instead.")] = None,
    db: Database = None,
    config: Config = None,
) -> None:
    """Draft the report of an incident, each sentence with its source."""
    from downchatter.commands.brief import brief as draft

    draft(settings_of(config, database=db), incident, out)


@app.command()
def sources(db: Database = None, as_json: AsJson = False, config: Config = None) -> None:
    """List the sources with their state, pace, lag and gaps."""
    from downchatter.commands.sources import sources as list_sources

    list_sources(settings_of(config, database=db), as_json=as_json)


@app.command()
def purge(
    days: Annotated[int | None, typer.Option(min=0, help="Keep the words of so many days.")] = None,
    db: Database = None,
    config: Config = None,
) -> None:
    """Forget the words of old posts. `run` does so every hour."""
    from downchatter.commands.purge import purge as forget

    forget(settings_of(config, database=db), days)


@app.command()
def doctor(db: Database = None, config: Config = None, as_json: AsJson = False) -> None:
    """Say for each part whether it works and what to do if not. Exit code 1: something needs a person."""
    from downchatter.commands.doctor import doctor as examine

    raise typer.Exit(examine(settings_of(config, database=db), as_json=as_json))


@app.command()
def dashboard(
    db: Database = None,
    port: Annotated[int | None, typer.Option(help="The page's port.")] = None,
    config: Config = None,
) -> None:
    """Serve the page on what is published."""
    from downchatter.commands.dashboard import dashboard as serve

    serve(settings_of(config, database=db), port=port)


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

    explain_text(settings_of(config, scorer=scorer, services=services), text, as_json=as_json)


@evaluate_app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    posts: Annotated[Path | None, typer.Option("--posts", help="A recording to judge: .jsonl, .csv, .parquet.")] = None,
    truth: Annotated[Path | None, typer.Option("--truth", help="Known outages: service, start, end (UTC).")] = None,
    service: Annotated[str, typer.Option("--service", help="Every row of the recording is about this one.")] = "",
    parts: Annotated[bool, typer.Option("--parts", help="Also judge with one part taken out, for each part.")] = False,
    other_rules: Annotated[str, typer.Option("--what-if", help="Other rules: promise=1/week,min_voices=4.")] = "",
    short: Annotated[bool, typer.Option("--short", help="A small part, beside what comes with the program.")] = False,
    only: Annotated[str, typer.Option("--only", help="Some sections: power,silence,rivals,parts,nab …")] = "",
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

    settings = settings_of(config, database=db, services=services, scorer=scorer)
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

    judge(settings_of(config, scorer=scorer, model=model), data, tweeteval, as_json=as_json)


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
