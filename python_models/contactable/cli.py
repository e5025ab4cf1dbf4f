"""The commands. Exit codes: 0 done; 1 failed; 2 usage or configuration; 3 gate refused; 4 done in part."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from contactable import __version__
from contactable.stopping.ending import Exit

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A warehouse for bought contact data: whom one can contact, how, about what, and what it cost to know.",
)
sandbox_app = typer.Typer(no_args_is_help=True, help="The four vendors on loopback, over one invented world.")
app.add_typer(sandbox_app, name="sandbox")


HomeOption = Annotated[
    Path, typer.Option("--home", envvar="CONTACTABLE_HOME", help="The folder that holds everything written.")
]
ConfigOption = Annotated[
    Path, typer.Option("--config", envvar="CONTACTABLE_CONFIG", help="What to ask, within which budget.")
]
LogOption = Annotated[
    str, typer.Option("--log-format", help="text, or json: one object a line on standard error.")
]
SandboxOption = Annotated[
    bool,
    typer.Option("--sandbox", help="Start the sandbox and ask it instead of the vendors: no key, no network."),
]
PeopleOption = Annotated[
    int | None, typer.Option("--people", min=1, max=1_000_000, help="Size of the sandbox's world.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Seed of the sandbox's world.")]
FaultsOption = Annotated[str | None, typer.Option("--faults", help="Sandbox faults, by name, comma-separated.")]
MinutesOption = Annotated[
    float | None, typer.Option("--max-minutes", min=0, help="Asking ends in order after this long.")
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", help="Asking ends in order at this time: 06:00, or 2026-11-22T06:00[+01:00]."),
]
TypeOption = Annotated[
    str | None, typer.Option("--type", help="email, phone, linkedin, ...; by default told by its shape.")
]
ExplainOption = Annotated[
    str | None,
    typer.Option(
        "--explain",
        help="One person (e-mail, hash, phone, LinkedIn address, type:value): what would be bought, and why not.",
    ),
]

DEFAULT_HOME = Path("data")
DEFAULT_CONFIG = Path("contactable.yml")  # commands.invocation has it too; loading that takes half a second


def _fail(message: str, code: Exit) -> NoReturn:
    typer.echo(f"contactable: {message}", err=True)
    raise typer.Exit(code)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Known errors become a sentence and an exit code; anything else is a bug and keeps its traceback."""
    import duckdb

    from contactable.home.disk import refusal
    from contactable.pipeline.errors import known_errors

    known = known_errors()
    try:
        yield
    except known[Exit.REFUSED] as error:
        _fail(str(error), Exit.REFUSED)
    except known[Exit.CONFIGURATION] as error:
        _fail(str(error), Exit.CONFIGURATION)
    except known[Exit.FAILED] as error:
        _fail(str(error), Exit.FAILED)
    except (OSError, duckdb.Error) as error:
        reason = refusal(error)
        if reason is None:
            raise
        _fail(
            f"{reason}: what was being written is not done, what readers see is as before. Whoever runs this: "
            "free space or correct the permissions of the home, then run again; it goes on from there.",
            Exit.FAILED,
        )
    except KeyboardInterrupt:
        _fail("interrupted; what was paid for is in the journal", Exit.IN_PART)


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    from contactable.clock import ClockError, utc_now

    try:
        utc_now()
    except ClockError as error:
        _fail(str(error), Exit.CONFIGURATION)


@app.command()
def run(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    sandbox: SandboxOption = False,
    people: PeopleOption = None,
    seed: SeedOption = None,
    faults: FaultsOption = None,
    first_party: Annotated[
        Path | None, typer.Option("--first-party", help="Your own list: CSV, Excel or Parquet.")
    ] = None,
    until: UntilOption = None,
    max_minutes: MinutesOption = None,
    log_format: LogOption = "text",
) -> None:
    """The main job: ask what is due, load, build, gate, publish, report."""
    from contactable.commands.invocation import Invocation
    from contactable.commands.run import run as command

    with _explained():
        raise typer.Exit(
            command(
                Invocation("run", home, config, log_format, sandbox, people, seed, faults),
                first_party=first_party,
                until=until,
                max_minutes=max_minutes,
            )
        )


@app.command()
def plan(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    sandbox: SandboxOption = False,
    people: PeopleOption = None,
    seed: SeedOption = None,
    explain: ExplainOption = None,
    log_format: LogOption = "text",
) -> None:
    """Per endpoint: subjects due, calls, credits, against the budget. Sends nothing."""
    from contactable.commands.invocation import Invocation
    from contactable.commands.plan import plan as plan_command
    from contactable.commands.plan_explain import plan_explain

    with _explained():
        invocation = Invocation("plan", home, config, log_format, sandbox, people, seed)
        code = plan_command(invocation) if explain is None else plan_explain(invocation, explain)
        raise typer.Exit(code)


@app.command()
def extract(
    wave: Annotated[str, typer.Argument(help="discover, enrich, validate or all.")] = "all",
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    sandbox: SandboxOption = False,
    people: PeopleOption = None,
    seed: SeedOption = None,
    faults: FaultsOption = None,
    until: UntilOption = None,
    max_minutes: MinutesOption = None,
    log_format: LogOption = "text",
) -> None:
    """Ask what the worklists say is due, and land the answers."""
    from contactable.commands.extract import extract as command
    from contactable.commands.invocation import Invocation

    with _explained():
        raise typer.Exit(
            command(
                Invocation("extract", home, config, log_format, sandbox, people, seed, faults),
                wave=wave,
                until=until,
                max_minutes=max_minutes,
            )
        )


@app.command()
def load(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    replay: Annotated[
        bool, typer.Option("--replay", help="Make the raw tables anew from the segments alone.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Of a journal that several homes share: this one loads from now on.")
    ] = False,
    log_format: LogOption = "text",
) -> None:
    """Seal the journal's answers into segments and load what is not loaded yet."""
    from contactable.commands.invocation import Invocation
    from contactable.commands.load import load as command

    with _explained():
        raise typer.Exit(command(Invocation("load", home, config, log_format), replay=replay, adopt=adopt))


@app.command()
def build(
    home: HomeOption = DEFAULT_HOME, config: ConfigOption = DEFAULT_CONFIG, log_format: LogOption = "text"
) -> None:
    """Build every model and run every data test on what is loaded."""
    from contactable.commands.build import build as command
    from contactable.commands.invocation import Invocation

    with _explained():
        raise typer.Exit(command(Invocation("build", home, config, log_format)))


@app.command()
def gate(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="GATE.CHECK: a refused check that this candidate may pass; repeatable."),
    ] = None,
    because: Annotated[
        list[str] | None,
        typer.Option("--because", help="Why, for the record: one for all, or one each. Nothing personal."),
    ] = None,
    log_format: LogOption = "text",
) -> None:
    """Judge the candidate: its data tests and what the gate models measured. Exit code 3 when it is refused."""
    from contactable.commands.gate import gate as command
    from contactable.commands.invocation import Invocation

    with _explained():
        invocation = Invocation("gate", home, config, log_format)
        raise typer.Exit(command(invocation, accept or (), because or ()))


@app.command()
def publish(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    rotate_key: Annotated[
        bool, typer.Option("--rotate-key", help="New pseudonyms, which join with no earlier publication.")
    ] = False,
    log_format: LogOption = "text",
) -> None:
    """Judge the candidate as of now, and on a pass show readers the new marts in one rename."""
    from contactable.commands.invocation import Invocation
    from contactable.commands.publish import publish as command

    with _explained():
        invocation = Invocation("publish", home, config, log_format)
        raise typer.Exit(command(invocation, rotate_key=rotate_key))


@app.command()
def rollback(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    to: Annotated[str | None, typer.Option("--to", help="A publication id; default: the one before.")] = None,
) -> None:
    """Show readers an earlier publication again."""
    from contactable.commands.rollback import rollback as command

    with _explained():
        raise typer.Exit(command(home, to, config))


@app.command()
def report(home: HomeOption = DEFAULT_HOME, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write reports/index.html from what is published."""
    from contactable.commands.report import report as command

    with _explained():
        raise typer.Exit(command(home, config))


@app.command()
def status(
    home: HomeOption = DEFAULT_HOME, config: ConfigOption = DEFAULT_CONFIG, log_format: LogOption = "text"
) -> None:
    """Runs, calls by state, budgets, ambiguous calls, vendors' books that differ, publications."""
    from contactable.commands.status import status as command

    with _explained():
        raise typer.Exit(command(home, log_format, config))


@app.command()
def reconcile(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    decision: Annotated[str | None, typer.Option("--as", help="charged or not-charged.")] = None,
    request: Annotated[list[str] | None, typer.Option("--request", help="A request id; may be repeated.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every ambiguous call.")] = False,
    charged: Annotated[
        float | None,
        typer.Option("--charged", help="The credits that the vendor's book shows for the call of --request."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no vendor; only list.")] = False,
    log_format: LogOption = "text",
) -> None:
    """Ask the vendors what became of calls whose answer was lost, list the rest, or decide them."""
    from contactable.commands.invocation import Invocation
    from contactable.commands.reconcile import reconcile as command

    with _explained():
        raise typer.Exit(
            command(
                Invocation("reconcile", home, config, log_format),
                decision,
                request or [],
                everything,
                charged=charged,
                offline=offline,
            )
        )


@app.command()
def explain(
    identifier: Annotated[
        str,
        typer.Argument(
            help="E-mail, hash, phone, LinkedIn address, contact_key, or type:value (also <vendor>_id)."
        ),
    ],
    other: Annotated[
        str | None, typer.Argument(help="A second one: why are these one person, or why not?")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Why these records are one person, which value won and where it came from. Sends and writes nothing."""
    from contactable.commands.explain import explain as command

    with _explained():
        raise typer.Exit(command(home, identifier, other, as_json=as_json, config=config))


@app.command()
def suppress(
    value: Annotated[
        str | None, typer.Argument(help="E-mail, hash, phone, LinkedIn address, or type:value.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    identifier_type: TypeOption = None,
    scope: Annotated[str, typer.Option("--scope", help="all, email or phone.")] = "all",
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record; nothing personal.")] = "opt_out",
    file: Annotated[
        Path | None, typer.Option("--file", help="CSV: identifier_type, value[, scope, reason].")
    ] = None,
) -> None:
    """Never contact and never buy this person again. Kept as a hash."""
    from contactable.commands.suppress import suppress as command

    with _explained():
        raise typer.Exit(command(home, value, identifier_type, scope, reason, file, config))


@app.command()
def erase(
    value: Annotated[
        str, typer.Argument(help="E-mail, hash, phone, LinkedIn address, contact_key, or type:value.")
    ],
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    identifier_type: TypeOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    everyone: Annotated[
        bool,
        typer.Option("--everyone", help="Erase all people who share the identifier, where there are several."),
    ] = False,
    also_shared: Annotated[
        bool,
        typer.Option(
            "--also-shared", help="Also remove what others have too (a household's landline), from them."
        ),
    ] = False,
) -> None:
    """Remove a person from every file of the home and prove it; keep a hash so that nobody buys them.

    Exit code 0: the proof found nothing. 1: it found something, and says where.
    """
    from contactable.commands.erase import erase as command

    with _explained():
        raise typer.Exit(
            command(
                home,
                value,
                identifier_type,
                yes=yes,
                everyone=everyone,
                also_shared=also_shared,
                config=config,
            )
        )


@app.command("list")
def list_file(
    file: Annotated[
        Path | None, typer.Argument(help="CSV, Excel or Parquet; default: the configured list.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    log_format: LogOption = "text",
) -> None:
    """How a first-party list would be read: format, headings, masked rows. Loads nothing."""
    from contactable.commands.invocation import Invocation
    from contactable.commands.list_file import list_file as command

    with _explained():
        raise typer.Exit(command(Invocation("list", DEFAULT_HOME, config, log_format), file))


@app.command()
def doctor(
    home: HomeOption = DEFAULT_HOME,
    config: ConfigOption = DEFAULT_CONFIG,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="What is not documented by the vendors and where to set it.")
    ] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="With --assumptions: every endpoint as a page (docs/endpoints.md).")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not try to reach the hosts.")] = False,
    log_format: LogOption = "text",
) -> None:
    """Configuration, keys present, hosts reachable, clock, disk. Never prints a key."""
    from contactable.commands.doctor import doctor as command
    from contactable.commands.invocation import Invocation

    with _explained():
        raise typer.Exit(
            command(
                Invocation("doctor", home, config, log_format),
                assumptions=assumptions,
                markdown=markdown,
                offline=offline,
            )
        )


@sandbox_app.command("serve")
def sandbox_serve(
    port: Annotated[int, typer.Option(help="0: a free one.")] = 0,
    people: Annotated[int, typer.Option(min=1, max=1_000_000)] = 2_000,
    seed: Annotated[int, typer.Option()] = 1,
    faults: Annotated[str, typer.Option(help="NAME,... (GET /__sandbox/meta lists them).")] = "",
    today: Annotated[str | None, typer.Option(help="The sandbox's day, YYYY-MM-DD; default: today.")] = None,
    directory: Annotated[Path, typer.Option("--dir", help="Certificate, truth, first-party list.")] = Path(
        "data/sandbox"
    ),
) -> None:
    """Serve the sandbox until Ctrl-C; prints base URLs, keys, and where certificate and truth lie."""
    from contactable.clock import utc_now
    from contactable.sandbox.__main__ import main as serve

    arguments = [
        "serve",
        "--port",
        str(port),
        "--people",
        str(people),
        "--seed",
        str(seed),
        "--dir",
        str(directory),
        "--today",
        today or f"{utc_now():%Y-%m-%d}",
    ]
    if faults:
        arguments += ["--faults", faults]
    raise typer.Exit(serve(arguments))


def main() -> None:
    """Entry point of the ``contactable`` command."""
    os.umask(0o077)  # everything written is its owner's, DuckDB's and dbt's own files too
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a locale without our characters (POSIX) ends no run
            stream.reconfigure(errors="replace")
    logging.getLogger("contactable").addHandler(logging.NullHandler())
    app(prog_name="contactable")


if __name__ == "__main__":
    main()
