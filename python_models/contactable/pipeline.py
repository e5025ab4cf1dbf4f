"""The main job, step by step: first-party list and vendors in, gated marts out.

    first-party list, settings -> raw
    for each wave:  worklists (dbt) -> extract -> journal -> segments -> raw
    dbt build -> gates -> publish -> report

Each step is a function that a command may call by itself.
"""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contactable.config import Environment, Settings, endpoint_states
from contactable.console import Console
from contactable.deadline import Deadline
from contactable.exit_codes import Exit
from contactable.extract import EndpointWork, ExtractContext, Stop, Tally, run_wave
from contactable.extract.audiences import AudienceSteps
from contactable.extract.exports import ExportSteps
from contactable.extract.lost import can_be_looked_up, look_up
from contactable.extract.sharing import SharedTurnstile
from contactable.extract.subjects import Question, question
from contactable.home import Home
from contactable.http import HttpClient, RateLimit, RateLimiter, Redactor
from contactable.interrupts import Interrupts
from contactable.journal.budget import MICROS, Budgets
from contactable.journal.clock import iso, utc_now
from contactable.journal.errors import JournalError
from contactable.journal.lease import Heartbeat
from contactable.journal.sealing import seal
from contactable.journal.store import Journal
from contactable.journal_place import open_journal
from contactable.privacy import forget_again, restore
from contactable.progress import Progress
from contactable.vendors import ENDPOINTS, Endpoint, Flow, Wave
from contactable.warehouse.dbt_runner import DbtOutcome, DbtProject
from contactable.warehouse.duckdb import EngineSettings, open_warehouse
from contactable.warehouse.first_party import clear_first_party, load_first_party
from contactable.warehouse.load import LoadReport, load
from contactable.warehouse.raw_tables import create_raw_tables, stream_tables
from contactable.warehouse.settings import write_settings
from contactable.warehouse.worklists import (
    copy_worklist,
    read_waterfall,
    read_worklist,
    summarise_worklist,
    worklist_name,
)
from contactable.waterfall import life_time_settings

if TYPE_CHECKING:  # Great Expectations and matplotlib take seconds to import: only the steps that need them pay
    from contactable.gates import GateReport
    from contactable.publish import Publication

WAVES: tuple[Wave, ...] = (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER, Wave.ENRICH, Wave.VALIDATE)


class BuildError(RuntimeError):
    """dbt could not build a model; the message names it."""


@dataclass(slots=True)
class Run:
    """Everything one command shares; made by ``open_run``."""

    home: Home
    settings: Settings
    environment: Environment
    console: Console
    journal: Journal
    redactor: Redactor
    run_id: str
    command: str
    now: datetime
    dbt: DbtProject
    tally: Tally
    stop: Stop
    interrupts: Interrupts
    states: Mapping[str, str]
    ca_bundle: str | None
    sandboxed: bool = False
    seals: bool = True  # this home takes the journal's answers into its segments; a worker's home does not
    seconds: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    configuration_problems: list[str] = field(default_factory=list)
    not_asked: list[Wave] = field(default_factory=list)  # waves that the deadline or a Ctrl-C left out
    deadline: datetime | None = None
    exit_code: int = 1
    reason: str = ""  # why that exit code, in words
    #: Worklists built by this process, and how many segments of each stream they stand on (see build_worklists).
    built_worklists: frozenset[str] = frozenset()
    built_on: Mapping[str, int] = field(default_factory=dict)
    _in_turn: bool = False

    @contextmanager
    def warehouse_turn(self) -> Iterator[None]:
        """Nobody else opens the warehouse inside; a step inside a step needs no second turn."""
        if self._in_turn:
            yield
            return
        with ExitStack() as turn:
            # Waiting may take as long as another's build. Once interrupted, only the last answers are loaded.
            with nullcontext() if self.stop.interrupted else self.interrupts.breakable():
                turn.enter_context(self.home.warehouse_turn(self.command, self.console.say))
            self._in_turn = True
            try:
                yield
            finally:
                self._in_turn = False

    def active(self, wave: Wave) -> list[Endpoint]:
        """Endpoints of a wave that are switched on and have a key, in declared order."""
        return [
            self.settings.endpoint(key)
            for key, reason in self.states.items()
            if not reason and ENDPOINTS[key].wave is wave
        ]

    def asks(self, vendor: str) -> bool:
        """Whether anything of this vendor is switched on and has a key."""
        return any(not reason and ENDPOINTS[key].vendor == vendor for key, reason in self.states.items())

    @property
    def engine_settings(self) -> EngineSettings:
        return EngineSettings(memory_limit=self.settings.memory_limit)


@contextmanager
def open_run(
    home: Home,
    settings: Settings,
    environment: Environment,
    console: Console,
    command: str,
    holder: str,
    *,
    stop: Stop | None = None,
    interrupts: Interrupts | None = None,
    deadline: Deadline | None = None,
    sandboxed: bool = False,
    alone: bool = True,
    adopt: bool = False,
) -> Iterator[Run]:
    """Open the journal of a home that is held or shared, settle what dead runs left, and live until the end.

    Args:
        holder: who works here, as the home names us.
        alone: the home is held: nobody else asks.
        adopt: this home seals a shared journal's answers from now on.
        stop, interrupts: how the run is told to end; made here where nobody handles signals.
        deadline: when asking ends; written into the journal for whoever looks.

    Raises:
        JournalError: with who must do what.
    """
    place = open_journal(home, adopt=adopt)
    journal = place.journal
    redactor = Redactor(home.redaction_key(), environment.secrets())
    stop = Stop() if stop is None else stop
    run_id = journal.begin_run(command, holder)
    run = Run(
        home=home,
        settings=settings,
        environment=environment,
        console=console,
        journal=journal,
        redactor=redactor,
        run_id=run_id,
        command=command,
        seals=place.seals,
        now=utc_now(),
        dbt=DbtProject.at(home.path),
        tally=Tally(console.on_tally),
        stop=stop,
        interrupts=interrupts or Interrupts(stop, console.say),
        states=endpoint_states(settings, environment),
        ca_bundle=environment.contactable_ca_bundle,
        sandboxed=sandboxed,
    )
    if deadline is not None:
        run.deadline = deadline.at
        journal.note_deadline(run_id, deadline.at)
    console.on_step = lambda step: journal.note_step(run_id, step)
    try:
        recovery = journal.recover(alone=alone and journal.is_local)
        if recovery.released or recovery.ambiguous:
            console.say(
                f"An interrupted run left {recovery.released} calls to ask again and "
                f"{recovery.ambiguous} paid calls whose outcome is unknown."
            )
        with Heartbeat(lambda: journal.beat(run_id)):
            yield run
    finally:
        console.on_step = None
        error = sys.exc_info()[1]
        if isinstance(error, KeyboardInterrupt):
            run.exit_code, run.reason = int(Exit.IN_PART), run.reason or stop.reason
        elif error is not None and not run.reason:
            run.reason = redactor.text(str(error).partition("\n")[0])[:300]
        # A full disk refuses this too: what came first is what to tell.
        with nullcontext() if error is None else suppress(JournalError):
            journal.end_run(run_id, run.exit_code, run.reason)
        journal.close()


# ---------------------------------------------------------------- inputs


def load_inputs(run: Run, first_party: Path | None, *, forget_missing: bool = False) -> None:
    """First-party list and settings into ``raw``; what a crashed run left unsealed or unloaded too.

    Without a list, the one loaded before stays, unless ``forget_missing``: a run asks about its list only.
    """
    with run.warehouse_turn():
        _load_inputs(run, first_party, forget_missing=forget_missing)
        seal_and_load(run)


def _load_inputs(run: Run, first_party: Path | None, *, forget_missing: bool) -> None:
    with run.console.step("load", run.seconds), open_warehouse(run.home.path, settings=run.engine_settings) as con:
        create_raw_tables(con)
        write_settings(con, _raw_settings(run))
        if first_party is not None:
            report = load_first_party(con, first_party, now=run.now)
            for line in report.notices:
                run.console.warn(line)
        elif forget_missing:
            clear_first_party(con)
    restore(run.home.warehouse)  # a new warehouse must know whom never to buy
    forget_again(run.home.warehouse)  # the user's own list may still name somebody who was erased


def _raw_settings(run: Run) -> dict[str, Sequence[Any]]:
    """What the models need to know of contactable.yml; one list of values a setting."""
    s = run.settings
    bigdbm, contactbased = s.bigdbm, s.contactbased
    return {
        "clock.now": [iso(run.now)],
        "budgets.limits": _limits(s.budget()),
        "prices.currency": [] if s.prices.currency is None else [s.prices.currency],
        "prices.endpoints": [
            {
                "endpoint": key,
                "vendor": ENDPOINTS[key].vendor,
                "product": ENDPOINTS[key].product,
                "price_per_credit": micros / MICROS,
            }
            for key, micros in s.prices_micros().items()
        ],
        **s.waterfall.raw_settings(),
        "life_times": life_time_settings(s.life_times),
        "endpoints.enabled": [key for key, reason in run.states.items() if not reason],
        "endpoints.declared": [_declared(s.endpoint(key)) for key, reason in run.states.items() if not reason],
        "bigdbm.keywords": list(bigdbm.keywords),
        "bigdbm.window_days": [bigdbm.window_days],
        "bigdbm.number_of_hems": [bigdbm.number_of_hems],
        "bigdbm.output_id": [bigdbm.output_id],
        "bigdbm.b2b_output_id": [bigdbm.b2b_output_id],
        "bigdbm.age_output_id": [bigdbm.age_output_id],
        "bigdbm.zip4_output_id": [bigdbm.zip4_output_id],
        "bigdbm.intent_by_md5_days": [bigdbm.intent_by_md5_days],
        "bigdbm.audiences": [{"name": audience.name, **audience.options()} for audience in bigdbm.audiences],
        "bigdbm.validator_id": [run.environment.bigdbm_validator_id],
        "contactbased.feeds": ["all"] if contactbased.feeds == "all" else list(contactbased.feeds),
        "contactbased.builder": [query.model_dump(mode="json") for query in contactbased.builder],
        "contactbased.lookback_days": [contactbased.lookback_days],
        "contactbased.page_size": [contactbased.page_size],
        "contactbased.max_rows": [contactbased.max_rows],
        "contactbased.require_contact_id": [contactbased.require_contact_id],
        "contactbased.enrichment_bundles": [list(contactbased.enrichment_bundles)],
        "contactbased.consumer_filters": [[dict(item) for item in contactbased.consumer_filters]],
        "exactbuyer.required_fields": [list(s.exactbuyer.required_fields)],
        "leadpipe.queries": [{"name": query.name, **query.options()} for query in s.leadpipe.queries],
        "leadpipe.audiences": [{"name": saved.name, **saved.options()} for saved in s.leadpipe.audiences],
    }


def _limits(budgets: Budgets) -> list[dict[str, Any]]:
    """Every budget set, in credits or in units of money."""
    in_credits = [(key, "credits", limit) for key, limit in budgets.limits.items()]
    in_money = [(key, "money", micros / MICROS) for key, micros in budgets.money.items()]
    return [
        {"scope": scope, "period": period, "unit": unit, "limit": limit}
        for (scope, period), unit, limit in in_credits + in_money
    ]


def _declared(endpoint: Endpoint) -> dict[str, Any]:
    """What a plan needs of an endpoint to count calls and name whom they go to."""
    return {
        "endpoint": endpoint.key,
        "vendor": endpoint.vendor,
        "product": endpoint.product,
        "wave": endpoint.wave.value,
        "batch_size": endpoint.batch_size,
    }


def seal_and_load(run: Run, *, replay: bool = False) -> LoadReport:
    """Answers from the journal into segments, segments and journal into ``raw``."""
    with run.warehouse_turn(), run.console.step("load", run.seconds):
        if run.seals:
            seal(run.journal.engine, run.home.segments)
        report = load(
            run.home.path,
            journal=run.journal.engine,
            replay=replay,
            settings=run.engine_settings,
            now=utc_now(),
        )
    for problem in report.problems:
        run.problems.append(f"segment {problem.stream}/{problem.segment}: {problem.message}")
    return report


# ---------------------------------------------------------------- worklists and extraction


def build_worklists(run: Run, endpoints: Sequence[Endpoint]) -> None:
    """The models that say who is due for these endpoints, with everything they read.

    Rounds of the waterfall build the same models again and again: what the last build of the same worklists made
    is made again only where answers have come since (views and the base models of quiet streams stand).
    """
    names = frozenset(worklist_name(endpoint.key) for endpoint in endpoints)
    with run.console.step("worklists", run.seconds):
        with open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con:
            segments = dict(
                con.execute("select stream, count(*) from raw.segments group by stream order by stream").fetchall()
            )
        standing = []
        if names <= run.built_worklists:
            quiet = [name for name in stream_tables() if segments.get(name) == run.built_on.get(name)]
            standing = ["config.materialized:view", *(f"base_{stream}" for stream in quiet)]
        _dbt(run, "run", select=[f"+{name}" for name in sorted(names)], exclude=standing)
    run.built_worklists, run.built_on = names, segments


def build_waterfall(run: Run) -> None:
    """Every decision about enrichment, whatever is switched on."""
    with run.warehouse_turn(), run.console.step("worklists", run.seconds):
        _dbt(run, "run", select=["+int_worklists__waterfall"])


def seed(run: Run) -> None:
    """Policies and code lists, as an analyst edits them."""
    with run.console.step("worklists", run.seconds):
        _dbt(run, "seed")


def extract_waves(run: Run) -> None:
    """Everything a run asks: look-ups and discovery once, enrichment and validation in rounds.

    The waterfall (int_worklists__waterfall) opens one step an attribute at a time, and what was found needs
    its verdict before the next step is opened. So there is another round until one has nothing to ask; at most as
    many as the longest order has steps, each with its verdicts.
    """
    for wave in (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER):
        extract_wave(run, wave)
        if run.stop.interrupted:
            return
        if wave is Wave.LOOKUP:
            run.configuration_problems.extend(check_catalogues(run))
    turn = most = 1
    while turn <= most and extract_wave(run, Wave.ENRICH, Wave.VALIDATE, turn=turn):
        if not run.active(Wave.ENRICH) and not run.active(Wave.VALIDATE):
            return
        most = 2 * (_longest_order(run) + 1)
        turn += 1


def _longest_order(run: Run) -> int:
    """Steps of the longest order; 0 when nothing is enriched (the waterfall may not even have been built)."""
    if not run.active(Wave.ENRICH):
        return 0
    with (
        run.warehouse_turn(),
        open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con,
    ):
        return max((len(steps) for steps, _ in read_waterfall(con).values()), default=0)


def extract_wave(run: Run, *waves: Wave, turn: int = 1) -> int:
    """Waves that need not wait for each other: build their worklists, ask what is due, land the answers.

    What is due is copied out of the warehouse, which is then free for others while vendors are asked. Nothing is
    asked twice in one run (a call that failed is due again, but tomorrow), and nothing of an endpoint that ended
    early (budget spent, vendor down). Returns how many subjects were asked about.
    """
    endpoints = [e for wave in waves for e in run.active(wave) if not run.tally.has_stopped(e.key)]
    if not endpoints:
        return 0
    if run.stop:
        run.not_asked.extend(waves)
        return 0
    asked_before = run.tally.asked
    context = _context(run)
    with ExitStack() as until_asked:
        with run.warehouse_turn():
            build_worklists(run, endpoints)
            folder = until_asked.enter_context(run.home.worklist_copies(run.run_id))
            due = _copy_worklists(run, endpoints, folder)
        works = [
            _work(run, endpoint, _questions(folder, endpoint)) for endpoint in endpoints if endpoint.key in due
        ]
        _say_what_is_due(run, waves, endpoints, due, turn)
        doing = " and ".join(wave.value for wave in waves)
        with run.console.step("extract", run.seconds, doing), run.console.progress(_progress(run, tuple(due))):
            run_wave(context, works)
    if due:
        seal_and_load(run)
    return run.tally.asked - asked_before


def _progress(run: Run, names: Sequence[str]) -> Progress:
    """Bars and tallies go on where the last round ended."""
    per_minute = {vendor: limit.calls_per_minute for vendor, limit in _rate_limits(run).items()}
    return Progress(run.tally.endpoints, names, per_minute, run.deadline)


def _say_what_is_due(
    run: Run, waves: Sequence[Wave], endpoints: Sequence[Endpoint], due: Mapping[str, int], turn: int
) -> None:
    for wave in waves:
        mine = {e.key: due[e.key] for e in endpoints if e.wave is wave and e.key in due}
        if not mine and turn > 1:
            continue
        name = wave.value if turn == 1 else f"{wave.value}, round {turn}"
        listed = ", ".join(f"{key} {count:,}" for key, count in mine.items())
        run.console.say(f"{name}: {listed or 'nothing is due'}", wave=wave.value, round=turn, due=mine)


def _copy_worklists(run: Run, endpoints: Sequence[Endpoint], folder: Path) -> dict[str, int]:
    """The worklists that are not empty, one file each. Returns the subjects due per endpoint."""
    due = {}
    with open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con:
        for endpoint in endpoints:
            summary = summarise_worklist(con, endpoint.key, not_since=run.now)
            count = summary.subjects
            if count:
                due[endpoint.key] = count
                calls = -(-count // endpoint.batch_size) if endpoint.flow is Flow.CALL else 0
                run.tally.add(endpoint.key, due=count, calls_planned=calls, credits_quoted=summary.credits)
                copy_worklist(con, endpoint.key, folder / f"{endpoint.key}.parquet", not_since=run.now)
    return due


def _questions(folder: Path, endpoint: Endpoint) -> Iterator[Question]:
    for row in read_worklist(folder / f"{endpoint.key}.parquet"):
        yield question(
            endpoint,
            row.question_key,
            row.subject_type,
            row.subject_value,
            row.options,
            None if row.last_asked_at is None else iso(row.last_asked_at),
            row.subject_key,
        )


def _work(run: Run, endpoint: Endpoint, questions: Iterator[Question]) -> EndpointWork:
    if endpoint.flow is Flow.AUDIENCE:
        parts = {name: run.settings.endpoint(f"bigdbm.audience_{name}") for name in ("create", "status", "result")}
        return EndpointWork(endpoint, questions, AudienceSteps(**parts))
    if endpoint.key != "contactbased.export":
        return EndpointWork(endpoint, questions)
    return EndpointWork(endpoint, questions, _export_steps(run), run.settings.contactbased.read)


def _export_steps(run: Run) -> ExportSteps:
    step = {
        name: run.settings.endpoint(f"contactbased.export_{name}")
        for name in ("preview", "count", "create", "list", "page", "download_url")
    }
    if run.settings.contactbased.auto_export:
        step["create"] = run.settings.endpoint("contactbased.auto_export")
    return ExportSteps(**step, credits=run.settings.endpoint("contactbased.credits"))


def look_for_lost(run: Run) -> None:
    """Decide ambiguous calls by what their vendors tell, where they can tell and we have the key."""
    context, steps = _context(run), _export_steps(run)
    for row in run.journal.ambiguous():
        known = ENDPOINTS.get(row["endpoint"])
        if known is not None and can_be_looked_up(known.key) and run.environment.secret(known.auth.variables):
            created = replace(steps, create=run.settings.endpoint(row["endpoint"]))
            look_up(context, row, run.settings.endpoint, created)


def _rate_limits(run: Run) -> dict[str, RateLimit]:
    """The limits on our side, by vendor."""
    settings = run.settings
    vendors = sorted({endpoint.vendor for endpoint in ENDPOINTS.values()})
    limits = {vendor: settings.rate_limit(vendor) for vendor in vendors}
    if not run.sandboxed:
        return limits
    # The sandbox has no plan to respect; limits set in contactable.yml still hold.
    return {
        vendor: limit if vendor in settings.limits else replace(limit, calls_per_minute=None)
        for vendor, limit in limits.items()
    }


def _context(run: Run) -> ExtractContext:
    http, settings = run.settings.http, run.settings
    limits = _rate_limits(run)
    return ExtractContext(
        journal=run.journal,
        transport=HttpClient(
            ca_bundle=run.ca_bundle,
            connect_timeout=http.connect_timeout_seconds,
            read_timeout=http.read_timeout_seconds,
            max_answer_bytes=int(http.max_answer_mb * 1024 * 1024),
        ),
        limiters={
            vendor: RateLimiter(
                limit,
                sleep=run.stop.sleep,
                # Without a limit nothing is counted, and nothing need be written for each call.
                turnstile=None if limit.calls_per_minute is None else SharedTurnstile(run.journal, vendor),
            )
            for vendor, limit in limits.items()
        },
        in_flight={vendor: limit.in_flight for vendor, limit in limits.items()},
        budgets=settings.budget(),
        prices=settings.prices_micros(),
        run_id=run.run_id,
        url=run.environment.url,
        secret=run.environment.secret,
        stop=run.stop,
        tally=run.tally,
        redactor=run.redactor,
        retries=http.retries,
        poll_seconds=0.2 if run.sandboxed else http.poll_seconds,
        poll_limit_seconds=http.poll_minutes * 60,
        allow_loopback_downloads=run.sandboxed,
    )


def check_catalogues(run: Run) -> list[str]:
    """Settings that only the vendors' free look-ups can judge: what they do not know is named.

    The model ``int_worklists__setting_problems`` finds them, and the worklists leave the same questions out;
    everything else goes on.
    """
    contactbased, leadpipe = run.settings.contactbased, run.settings.leadpipe
    asked = {
        "contactbased": contactbased.feeds != "all" or contactbased.consumer_filters,
        "leadpipe": leadpipe.queries or leadpipe.audiences,
    }
    vendors = [vendor for vendor, named in asked.items() if named and run.asks(vendor)]
    if not vendors:
        return []
    with run.warehouse_turn(), run.console.step("worklists", run.seconds):
        _dbt(run, "run", select=["+int_worklists__setting_problems"])
    with open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con:
        rows = con.execute(
            "select setting, problem from intermediate.int_worklists__setting_problems order by setting, problem"
        ).fetchall()
    return [f"{setting}: {problem}" for setting, problem in rows if setting.split(".")[0] in vendors]


# ---------------------------------------------------------------- build, gate


def build(run: Run) -> DbtOutcome:
    """Every model and data test. Unit tests are for `make test`: they test the code, not the data.

    Raises:
        BuildError: a model failed; its name and dbt's words.
    """
    with run.console.step("dbt", run.seconds):
        return _dbt(run, "build", exclude_resource_types=["unit_test"])


def _dbt(run: Run, command: str, **options: Any) -> DbtOutcome:
    with run.warehouse_turn(), run.interrupts.breakable():
        outcome = run.dbt.run(command, **options)
    broken = [node for node in outcome.failures if not node.is_test]
    if broken:
        raise BuildError("; ".join(f"{node.name}: {run.redactor.text(node.message)}" for node in broken[:5]))
    return outcome


def gate(run: Run) -> "GateReport":
    """Judge the candidate."""
    from contactable.gates import judge

    # dbt leaves the root logger at INFO; where Great Expectations keeps its temporary files is nobody's concern.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    with run.console.step("gates", run.seconds):
        return judge(run.home.warehouse, run.run_id, utc_now())


def publish(run: Run, report: "GateReport") -> "Publication":
    """Show readers the candidate; only after a pass."""
    from contactable.publish import publish as publish_marts

    with run.console.step("publish", run.seconds):
        return publish_marts(
            run.home.warehouse,
            run.home.path,
            run_id=run.run_id,
            gate_passed=report.passed,
            now=utc_now(),
            keep=run.settings.publication.keep,
        )


def write_page(run: Run, report: "GateReport") -> Path:
    """The readable page, from what readers see now and how this run was judged."""
    with run.console.step("report", run.seconds):
        return page_of(run.home, report)


def page_of(home: Home, report: "GateReport | None" = None) -> Path:
    """``reports/index.html`` of what is published; of a refused candidate it shows the verdict."""
    from contactable.publish import write_report

    published = home.published / "contactable.duckdb"
    if report is None:
        return write_report(published, home.report)
    return write_report(
        published, home.report, run_id=report.run_id, now=report.judged_at, gates=report.judgements
    )
