"""What each command does; ``cli.py`` only reads arguments. Every function returns an exit code."""

import math
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
from rich.table import Table

from contactable import pipeline
from contactable.config import ConfigurationError, Environment, Settings, endpoint_states
from contactable.console import Console, LogFormat, two_column_table, vendor_table
from contactable.exit_codes import Exit
from contactable.home import Home
from contactable.journal.clock import utc_now
from contactable.journal.store import Journal
from contactable.pipeline import Run, open_run
from contactable.publish import Layout as PublicationLayout
from contactable.publish import PublishError, current_publication, publications, rewrite
from contactable.publish import rollback as roll_back
from contactable.sandbox_process import running
from contactable.vendors import COMING_SOON, ENDPOINTS, Provenance, Wave
from contactable.vendors.catalogue import markdown as endpoints_page
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.worklists import summarise_worklist

DONE, FAILED, CONFIGURATION, REFUSED, IN_PART = Exit


@dataclass(frozen=True, slots=True)
class Invocation:
    """The arguments every working command shares."""

    command: str
    home: Path
    config: Path
    log_format: str = "text"
    sandbox: bool = False
    people: int | None = None
    seed: int | None = None
    faults: str | None = None

    def settings(self) -> Settings:
        settings = Settings.read(self.config)
        changes: dict[str, Any] = {}
        if self.people is not None:
            changes["people"] = self.people
        if self.seed is not None:
            changes["seed"] = self.seed
        if self.faults:
            changes["faults"] = tuple(name for name in self.faults.split(",") if name)
        return settings.model_copy(update={"sandbox": settings.sandbox.model_copy(update=changes)})


def _console(log_format: str) -> Console:
    if log_format not in ("text", "json"):
        raise ConfigurationError(f"--log-format is {log_format!r}; use text or json")
    chosen: LogFormat = "json" if log_format == "json" else "text"
    return Console(chosen)


@contextmanager
def _working(invocation: Invocation, *, max_minutes: float | None = None) -> Iterator[tuple[Run, Path | None]]:
    """A run, and the first-party list it uses; the sandbox around it when asked for."""
    console = _console(invocation.log_format)
    settings = invocation.settings()
    home = Home.at(invocation.home)
    deadline = None if max_minutes is None else max_minutes * 60
    if not invocation.sandbox:
        environment = Environment.read()
        with open_run(home, settings, environment, console, invocation.command, deadline_seconds=deadline) as run:
            yield run, settings.first_party
        return
    console.say(f"Starting the sandbox with {settings.sandbox.people:,} invented people.")
    with running(home.sandbox, settings.sandbox) as variables:
        environment = Environment.read()
        first_party = settings.first_party or Path(variables["SANDBOX_FIRST_PARTY"])
        with open_run(
            home, settings, environment, console, invocation.command, deadline_seconds=deadline, sandboxed=True
        ) as run:
            yield run, first_party


# ---------------------------------------------------------------- run and its parts


def run(invocation: Invocation, *, first_party: Path | None, max_minutes: float | None) -> int:
    """The main job."""
    with _working(invocation, max_minutes=max_minutes) as (work, configured):
        _check_settings(work)
        _say_skipped(work)
        pipeline.load_inputs(work, first_party or configured, forget_missing=True)
        pipeline.seed(work)
        for wave in pipeline.WAVES:
            pipeline.extract_wave(work, wave)
            if wave is Wave.LOOKUP:
                work.configuration_problems.extend(pipeline.check_catalogues(work))
        outcome = pipeline.build(work)
        report = pipeline.gate(work)
        failed_tests = [node.name for node in outcome.failures if node.is_test]
        refused = bool(failed_tests) or not report.passed
        publication = None if refused else pipeline.publish(work, report)
        page = pipeline.write_page(work, report)
        code = _exit_code(work, refused)
        _summary(work, report, failed_tests, publication is not None, page, code)
        work.exit_code = code
        return code


def extract(invocation: Invocation, *, wave: str, max_minutes: float | None) -> int:
    """One wave, or all of them."""
    chosen = {
        "all": pipeline.WAVES,
        "discover": (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER),
        "enrich": (Wave.ENRICH,),
        "validate": (Wave.VALIDATE,),
    }.get(wave)
    if chosen is None:
        raise ConfigurationError(f"unknown wave {wave!r}: use discover, enrich, validate or all")
    with _working(invocation, max_minutes=max_minutes) as (work, configured):
        _check_settings(work)
        _say_skipped(work)
        pipeline.load_inputs(work, configured)
        pipeline.seed(work)
        for each in chosen:
            pipeline.extract_wave(work, each)
        work.console.table(vendor_table(work.tally.endpoints))
        _say_stops(work)
        work.exit_code = _exit_code(work, refused=False)
        return work.exit_code


def load(invocation: Invocation, *, replay: bool) -> int:
    """Answers into segments, segments into raw."""
    with _working(invocation) as (work, _):
        report = pipeline.seal_and_load(work, replay=replay)
        work.console.say(
            f"{report.answers:,} answers loaded from {len(report.loaded):,} segments; "
            f"{report.already_loaded:,} segments were loaded already."
        )
        for problem in work.problems:
            work.console.warn(problem)
        work.exit_code = DONE if report.complete else IN_PART
        return work.exit_code


def build(invocation: Invocation) -> int:
    """Models and data tests."""
    with _working(invocation) as (work, configured):
        pipeline.load_inputs(work, configured)
        outcome = pipeline.build(work)
        failed = [node.name for node in outcome.failures if node.is_test]
        work.console.say(f"Built in {work.seconds['dbt']:.1f} s; {len(failed)} data tests failed.")
        for name in failed:
            work.console.warn(f"failed: {name}")
        work.exit_code = FAILED if failed else DONE
        return work.exit_code


def gate(invocation: Invocation) -> int:
    """Judge the candidate."""
    with _working(invocation) as (work, _):
        report = pipeline.gate(work)
        work.console.table(_gate_table(report))
        work.exit_code = DONE if report.passed else REFUSED
        return work.exit_code


def publish(invocation: Invocation) -> int:
    """Gate, then publish."""
    with _working(invocation) as (work, _):
        report = pipeline.gate(work)
        if not report.passed:
            work.console.table(_gate_table(report))
            work.console.say("Refused: what readers see is unchanged.")
            work.exit_code = REFUSED
            return REFUSED
        publication = pipeline.publish(work, report)
        page = pipeline.write_page(work, report)
        work.console.say(f"Published {publication.publication_id}; the page: {page}")
        work.exit_code = DONE
        return DONE


def _check_settings(work: Run) -> None:
    """What can be known to be wrong before anything is asked or spent."""
    if not work.states.get("bigdbm.intent_create_list") and not work.settings.bigdbm.keywords:
        raise ConfigurationError(
            "bigdbm.keywords is empty: name at least one keyword in contactable.yml, or switch the endpoint off "
            "(endpoints: {bigdbm.intent_create_list: {enabled: false}})"
        )


def _say_skipped(work: Run) -> None:
    by_reason: dict[str, list[str]] = {}
    for key, reason in work.states.items():
        if reason:
            by_reason.setdefault(reason, []).append(key)
    for reason, keys in by_reason.items():
        work.console.say(f"Skipped ({reason}): {', '.join(keys)}")


def _say_stops(work: Run) -> None:
    for name, tally in work.tally.endpoints.items():
        if tally.stopped:
            work.console.warn(f"{name} ended early, the rest stays due: {tally.stopped}")
        for note in tally.notes:
            work.console.warn(f"{name}: {note}")
    for problem in (*work.configuration_problems, *work.problems):
        work.console.warn(problem)


def _exit_code(work: Run, refused: bool) -> int:
    if refused:
        return REFUSED
    if work.configuration_problems:
        return CONFIGURATION
    stopped = any(tally.stopped or tally.ambiguous or tally.failed for tally in work.tally.endpoints.values())
    return IN_PART if stopped or work.problems or work.journal.ambiguous() else DONE


def _summary(work: Run, report: Any, failed_tests: list[str], published: bool, page: Path, code: int) -> None:
    console = work.console
    rows = _published_rows(work.home)
    asked = sum(tally.asked for tally in work.tally.endpoints.values())
    credits = sum(tally.credits for tally in work.tally.endpoints.values())
    console.table(vendor_table(work.tally.endpoints))
    if not credits:
        console.say("Nothing was bought: everything known is still fresh.")
    console.table(two_column_table("Published marts", "mart", "rows", [(n, f"{c:,}") for n, c in rows.items()]))
    console.table(_gate_table(report))
    for name in failed_tests:
        console.warn(f"data test failed: {name}")
    _say_stops(work)
    ambiguous = len(work.journal.ambiguous())
    if ambiguous:
        console.warn(
            f"{ambiguous} paid calls have an unknown outcome: contactable reconcile --home {work.home.path}"
        )
    verdict = "published" if published else "refused: readers still see the previous publication"
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in work.seconds.items())
    console.say(f"Gates {'passed' if report.passed and not failed_tests else 'refused'}; {verdict}. {times}.")
    console.say(f"Look at   {page}")
    console.say(f"Query     {work.home.published / 'contactable.duckdb'}")
    console.say(
        f"run {work.run_id} ended with exit code {code}",
        exit_code=code,
        subjects_asked=asked,
        credits=credits,
        marts=rows,
        gates_failed=[judgement.gate for judgement in report.failed],
        seconds=work.seconds,
    )


def _published_rows(home: Home) -> dict[str, int]:
    publication = current_publication(PublicationLayout(home.path))
    return {} if publication is None else dict(publication.tables)


def _gate_table(report: Any) -> Table:
    """Every gate in one line, the failed checks below it."""
    table = Table(title="Gates", title_justify="left", header_style="bold")
    for name in ("gate", "checks", "verdict"):
        table.add_column(name)
    gates: dict[str, list[Any]] = {}
    for judgement in report.judgements:
        gates.setdefault(judgement.gate, []).append(judgement)
    for name, judgements in gates.items():
        bad = [j for j in judgements if not j.passed]
        told = "; ".join(f"{j.severity}: {j.column_name} is {j.observed}, allowed {j.threshold}" for j in bad)
        table.add_row(name, str(len(judgements)), f"[red]{told}[/red]" if bad else "[green]passed[/green]")
    return table


# ---------------------------------------------------------------- plan, status, doctor


def plan(invocation: Invocation) -> int:
    """What the next run would buy first. Later waves depend on what earlier ones find."""
    with _working(invocation) as (work, configured):
        _check_settings(work)
        pipeline.load_inputs(work, configured)
        pipeline.seed(work)
        endpoints = [endpoint for wave in pipeline.WAVES for endpoint in work.active(wave)]
        if endpoints:
            pipeline.build_worklists(work, endpoints)
        lines = []
        with open_warehouse(work.home.path, read_only=True) as con:
            for endpoint in endpoints:
                due = summarise_worklist(con, endpoint.key)
                calls = math.ceil(due.subjects / endpoint.batch_size)
                lines.append((endpoint, due.subjects, calls, due.credits))
        _show_plan(work, lines)
        return DONE


def _show_plan(work: Run, lines: list[Any]) -> None:
    table = Table(title="Due now (nothing was sent)", title_justify="left", header_style="bold")
    table.add_column("endpoint")
    for name in ("wave", "subjects", "calls", "credits"):
        table.add_column(name, justify="right")
    quoted: dict[str, float] = {}
    for endpoint, subjects, calls, credits in lines:
        table.add_row(endpoint.key, endpoint.wave.value, f"{subjects:,}", f"{calls:,}", f"{credits:,.0f}")
        for scope in (endpoint.vendor, f"{endpoint.vendor}/{endpoint.product}"):
            quoted[scope] = quoted.get(scope, 0.0) + credits
    work.console.table(table)
    budgets = work.settings.budget()
    committed = work.journal.committed(budgets, work.run_id)
    budget_table = Table(title="Budgets, in the vendors' credits", title_justify="left", header_style="bold")
    for name in ("scope", "period"):
        budget_table.add_column(name)
    for name in ("limit", "spent", "due now", "left after"):
        budget_table.add_column(name, justify="right")
    for (scope, period), limit in budgets.limits.items():
        left = limit - committed[scope, period] - quoted.get(scope, 0.0)
        budget_table.add_row(
            scope, period, f"{limit:,.0f}", f"{committed[scope, period]:,.0f}", f"{quoted.get(scope, 0.0):,.0f}",
            f"{left:,.0f}" if left >= 0 else f"[red]{left:,.0f}[/red]",
        )  # fmt: skip
    work.console.table(budget_table)
    _say_skipped(work)
    work.console.say(
        "Subjects that earlier waves will find are not known yet; a run asks them in the same order.",
        plan=[
            {"endpoint": endpoint.key, "subjects": subjects, "calls": calls, "credits": credits}
            for endpoint, subjects, calls, credits in lines
        ],
    )


def status(home: Path, log_format: str) -> int:
    """What happened so far, and what needs a person."""
    place, console = Home.at(home), _console(log_format)
    journal = Journal.open(place.journal_url)
    try:
        runs = Table(title="Runs", title_justify="left", header_style="bold")
        for name in ("run", "command", "started", "ended", "exit code"):
            runs.add_column(name)
        for row in journal.last_runs():
            ended = row["finished_at"] or "[yellow]not ended[/yellow]"
            code = "" if row["exit_code"] is None else str(row["exit_code"])
            runs.add_row(row["run_id"], row["command"], row["started_at"][:19], ended[:19], code)
        calls = Table(title="Calls", title_justify="left", header_style="bold")
        for name in ("endpoint", "state", "calls", "subjects", "credits"):
            calls.add_column(name, justify="right" if name in ("calls", "subjects", "credits") else "left")
        for row in journal.states():
            calls.add_row(
                row["endpoint"],
                row["state"],
                f"{row['calls']:,}",
                f"{row['subjects']:,}",
                f"{row['credits']:,.0f}",
            )
        shown = Table(title="Publications", title_justify="left", header_style="bold")
        for name in ("publication", "published", "contacts", ""):
            shown.add_column(name)
        layout = PublicationLayout(place.path)
        current = current_publication(layout)
        for publication in publications(layout):
            mark = "shown" if current and publication.publication_id == current.publication_id else ""
            contacts = f"{publication.tables.get('contacts', 0):,}"
            shown.add_row(publication.publication_id, f"{publication.published_at:%Y-%m-%d %H:%M}", contacts, mark)
        for table in (runs, calls, shown):
            console.table(table)
        ambiguous = journal.ambiguous()
        if ambiguous:
            console.warn(
                f"{len(ambiguous)} paid calls have an unknown outcome: contactable reconcile --home {home}"
            )
        console.say(
            "Nothing needs a decision." if not ambiguous else "Decide the ambiguous calls.",
            runs=journal.last_runs(),
            calls=journal.states(),
            ambiguous=len(ambiguous),
        )
    finally:
        journal.close()
    return DONE


def reconcile(home: Path, decision: str | None, requests: list[str], everything: bool) -> int:
    """List, or decide, paid calls whose outcome is unknown."""
    place, console = Home.at(home), _console("text")
    if decision not in (None, "charged", "not-charged"):
        raise ConfigurationError(f"--as is {decision!r}: use charged or not-charged")
    with place.hold("reconcile"):
        journal = Journal.open(place.journal_url)
        try:
            ambiguous = {row["request_id"]: row for row in journal.ambiguous()}
            if decision is None:
                table = Table(
                    title="Paid calls whose outcome is unknown", title_justify="left", header_style="bold"
                )
                for name in ("request", "endpoint", "sent", "subjects", "credits", "what happened"):
                    table.add_column(name)
                for row in ambiguous.values():
                    table.add_row(
                        row["request_id"],
                        row["endpoint"],
                        (row["sent_at"] or "")[:19],
                        str(row["subjects_asked"]),
                        f"{row['credits_quoted']:,.0f}",
                        f"{row['error_rule']}: {row['error_message'] or ''}",
                    )
                console.table(table)
                console.say(
                    "Look at the vendor's usage page for that time, then: contactable reconcile --as charged|"
                    "not-charged --request ID (or --all). An export is looked up at the vendor by the next run."
                    if ambiguous
                    else "Nothing to decide."
                )
                return DONE
            chosen = list(ambiguous) if everything else requests
            if not chosen:
                raise ConfigurationError("say which: --request ID, or --all")
            unknown = [name for name in chosen if name not in ambiguous]
            if unknown:
                raise ConfigurationError(f"not an ambiguous request: {', '.join(unknown)}")
            for name in chosen:
                journal.reconcile(name, charged=decision == "charged")
            console.say(f"{len(chosen)} calls decided as {decision}.")
        finally:
            journal.close()
    return DONE


def doctor(invocation: Invocation, *, assumptions: bool, offline: bool, markdown: bool = False) -> int:
    """Configuration, keys, hosts, clock, disk."""
    if assumptions and markdown:
        print(endpoints_page(), end="")  # noqa: T201  (a page to redirect into a file, not a message)
        return DONE
    console = _console(invocation.log_format)
    settings, environment = invocation.settings(), Environment.read()
    if assumptions:
        console.table(assumptions_table())
        return DONE
    home = Home.at(invocation.home)
    problems = 0
    table = Table(title="Products", title_justify="left", header_style="bold")
    for name in ("endpoint", "state", "host"):
        table.add_column(name)
    states = endpoint_states(settings, environment)
    for key, reason in states.items():
        host = urlsplit(environment.url(ENDPOINTS[key].url_variable)).hostname or ""
        table.add_row(key, f"[yellow]skipped: {reason}[/yellow]" if reason else "[green]key present[/green]", host)
    for key in COMING_SOON:
        table.add_row(key, "announced by the vendor, not offered yet; the name is reserved", "")
    console.table(table)
    leadpipe = environment.secret(("LEADPIPE_API_KEY",))
    if leadpipe is not None and not leadpipe.startswith("sk_"):
        console.warn("LEADPIPE_API_KEY does not start with sk_, as Leadpipe's organisation keys do.")
    if not offline:
        asked = {ENDPOINTS[key].url_variable for key, reason in states.items() if not reason}
        for name in sorted({urlsplit(environment.url(variable)).netloc for variable in asked}):
            reached = _reachable(name)
            problems += not reached
            console.say(
                f"host {name}: {'reachable' if reached else 'NOT reachable: check DNS, proxy and firewall'}"
            )
    free = shutil.disk_usage(home.path).free
    console.say(f"home {home.path}: {free / 2**30:,.1f} GiB free")
    if free < 2 * 2**30:
        problems += 1
        console.warn(
            "Less than 2 GiB are free; a full disk stops a run in order, and it is better not to need that."
        )
    console.say(f"clock: {utc_now():%Y-%m-%d %H:%M:%S} UTC")
    console.say(f"engine: DuckDB {duckdb.__version__}; configuration {invocation.config} is valid")
    return IN_PART if problems else DONE


def assumptions_table() -> Table:
    """What is not documented by a vendor, from the declarations themselves."""
    table = Table(
        title="Not documented by the vendors", title_justify="left", header_style="bold", show_lines=True
    )
    for name in ("endpoint", "path", "path is", "assumed"):
        table.add_column(name)
    for key, endpoint in ENDPOINTS.items():
        if endpoint.assumptions or endpoint.provenance is not Provenance.DOC:
            table.add_row(key, endpoint.path, endpoint.provenance.value, "\n".join(endpoint.assumptions))
    table.caption = "Set path, batch_size, billing and enabled under `endpoints` in contactable.yml."
    return table


def _reachable(netloc: str) -> bool:
    host, _, port = netloc.partition(":")
    try:
        with socket.create_connection((host, int(port or 443)), timeout=5):
            return True
    except OSError:
        return False


# ---------------------------------------------------------------- publications and privacy


def rollback(home: Path, to: str | None) -> int:
    """Show an earlier publication again."""
    console = _console("text")
    try:
        publication = roll_back(Home.at(home).path, to)
    except PublishError as error:
        raise ConfigurationError(str(error)) from None
    console.say(
        f"Readers see {publication.publication_id} of {publication.published_at:%Y-%m-%d %H:%M} UTC again."
    )
    return DONE


def report(home: Path) -> int:
    """The page, from what is published."""
    place, console = Home.at(home), _console("text")
    if current_publication(PublicationLayout(place.path)) is None:
        raise ConfigurationError(f"nothing is published in {place.path} yet: run `contactable run` first")
    console.say(f"Look at {pipeline.page_of(place)}")
    return DONE


def suppress(
    home: Path, value: str | None, identifier_type: str, scope: str, reason: str, file: Path | None
) -> int:
    """Never contact, never buy."""
    from contactable.privacy import IdentifierError, suppress_csv
    from contactable.privacy import suppress as put_on_list

    place, console = Home.at(home), _console("text")
    if (value is None) == (file is None):
        raise ConfigurationError("give one identifier, or --file with a list")
    with place.hold("suppress"):
        try:
            if file is not None:
                imported = suppress_csv(place.warehouse, file, scope=scope, reason=reason, now=utc_now())
                console.say(f"{imported.added:,} identifiers added.")
                for line in imported.rejected:
                    console.warn(f"line {line.line_number}: {line.reason}")
                return IN_PART if imported.rejected else DONE
            assert value is not None
            added = put_on_list(place.warehouse, identifier_type, value, scope=scope, reason=reason, now=utc_now())
        except (IdentifierError, OSError) as error:
            raise ConfigurationError(str(error)) from None
    console.say(f"{added} hashes added. The marts follow with the next build; nobody on the list is bought again.")
    return DONE


def erase(home: Path, value: str, identifier_type: str, *, yes: bool, everyone: bool) -> int:
    """Remove a person everywhere below the home."""
    from contactable.privacy import AmbiguousIdentifierError, ErasureIncompleteError, IdentifierError
    from contactable.privacy import erase as remove

    place, console = Home.at(home), _console("text")
    if not yes:
        import typer

        typer.confirm("Erase this person from everything below the home? This cannot be undone.", abort=True)
    with place.hold("erase"):
        try:
            done = remove(
                place.warehouse,
                identifier_type,
                value,
                segments=place.segments,
                journal_url=place.journal_url,
                rewrite_publications=lambda change: rewrite(place.path, change),
                reason="erasure request",
                now=utc_now(),
                everyone=everyone,
            )
        except AmbiguousIdentifierError as error:
            raise ConfigurationError(f"{error} (--everyone)") from None
        except IdentifierError as error:
            raise ConfigurationError(str(error)) from None
        except ErasureIncompleteError as error:
            console.warn(str(error))
            return FAILED
    rows = sum(done.warehouse_rows.values())
    table = [
        ("people", f"{done.people:,}"),
        ("identifiers", f"{sum(done.identifiers.values()):,}"),
        ("answers in segments", f"{done.segment_answers:,}"),
        ("answers in the journal", f"{done.journal_answers:,}"),
        ("rows in the warehouse", f"{rows:,}"),
        ("rows in publications", f"{done.published_rows:,}"),
        ("hashes kept so that nobody is bought again", f"{done.suppressions_added:,}"),
    ]
    console.table(two_column_table("Erased", "what", "how many", table))
    console.say(done.note)
    if done.rebuild_needed:
        console.say("Counts and scores that rested on this person are corrected by the next `contactable run`.")
    return DONE
