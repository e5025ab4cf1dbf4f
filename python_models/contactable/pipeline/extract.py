"""Worklists and waves: who is due, asked in rounds, answers landed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from contactable.extract import EndpointWork, ExtractContext, run_wave, steps_of
from contactable.extract.evidence import Decision
from contactable.extract.lost import can_be_looked_up, look_up
from contactable.extract.sharing import SharedTurnstile
from contactable.extract.subjects import Question, question
from contactable.http import HttpClient, RateLimit, RateLimiter
from contactable.journal.clock import iso
from contactable.pipeline.build import bring_up_to_date
from contactable.pipeline.load import seal_and_load
from contactable.pipeline.run import Run
from contactable.settings.look_ups import named_at_vendors, needed_by
from contactable.terminal.progress import Progress
from contactable.vendors import ENDPOINTS, Endpoint, Flow, Wave
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.worklists import (
    copy_worklist,
    read_waterfall,
    read_worklist,
    summarise_worklist,
)

WAVES: tuple[Wave, ...] = (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER, Wave.ENRICH, Wave.VALIDATE)


def build_worklists(run: Run, step: str, endpoints: Sequence[Endpoint], *, hold: bool = False) -> None:
    """The models that say what is due for these endpoints, with everything they read that is not up to date.

    ``hold``: who is who stays as it was before answers came in (see ``extract_waves``).
    """
    wanted = sorted({endpoint.worklist_model for endpoint in endpoints})
    with run.console.step("worklists", run.seconds):
        bring_up_to_date(run, step, wanted, hold=hold)


def build_waterfall(run: Run) -> None:
    """Every decision about enrichment, whatever is switched on."""
    with run.warehouse_turn(), run.console.step("worklists", run.seconds):
        bring_up_to_date(run, "waterfall", ["int_worklists__waterfall"])


def extract_waves(run: Run) -> None:
    """Everything a run asks: look-ups and discovery once, enrichment and validation in rounds.

    The waterfall (int_worklists__waterfall) opens one step an attribute at a time, and what was found needs
    its verdict before the next step is opened. So there is another round until one has nothing to ask; at most as
    many as the longest order has steps, each with its verdicts.

    Identity is resolved before the first round and again in the final build. In between, an answer belongs to the
    people whom its question was about (int_worklists__evidence_people).
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
    context = call_context(run)
    with ExitStack() as until_asked:
        with run.warehouse_turn():
            build_worklists(run, _round_name(waves, turn), endpoints, hold=turn > 1)
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


def _round_name(waves: Sequence[Wave], turn: int) -> str:
    name = " and ".join(wave.value for wave in waves)
    return name if turn == 1 else f"{name}, round {turn}"


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
        name = _round_name([wave], turn)
        listed = ", ".join(f"{key} {count:,}" for key, count in mine.items())
        run.console.say(f"{name}: {listed or 'nothing is due'}", wave=wave.value, round=turn, due=mine)


def _copy_worklists(run: Run, endpoints: Sequence[Endpoint], folder: Path) -> dict[str, int]:
    """The worklists that are not empty, one file each. Returns the subjects due per endpoint."""
    due = {}
    with open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con:
        for endpoint in endpoints:
            summary = summarise_worklist(con, endpoint.worklist_model, endpoint.key, not_since=run.now)
            count = summary.subjects
            if count:
                due[endpoint.key] = count
                calls = -(-count // endpoint.batch_size) if endpoint.flow is Flow.CALL else 0
                run.tally.add(endpoint.key, due=count, calls_planned=calls, credits_quoted=summary.credits)
                path = folder / f"{endpoint.key}.parquet"
                copy_worklist(con, endpoint.worklist_model, endpoint.key, path, not_since=run.now)
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
    return EndpointWork(endpoint, questions, steps_of(endpoint, run.settings.endpoint))


def look_for_lost(run: Run) -> dict[str, Decision]:
    """Decide ambiguous calls by what their vendors' lists prove, where there is one and we have the key.

    Returns what was found, decided or not, by request.
    """
    context = call_context(run)
    decisions = {}
    for row in run.journal.ambiguous():
        known = ENDPOINTS.get(row["endpoint"])
        if known is not None and can_be_looked_up(known.key) and run.environment.secret(known.auth.variables):
            decisions[row["request_id"]] = look_up(context, row, run.settings.endpoint)
    return decisions


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


def call_context(run: Run) -> ExtractContext:
    """What every call of this run needs: journal, transport, limits, prices, keys."""
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
        volume_prices=settings.volume_prices(),
        run_id=run.run_id,
        url=run.environment.url,
        secret=run.environment.secret,
        stop=run.stop,
        tally=run.tally,
        redactor=run.redactor,
        retries=http.retries,
        longest_pause_seconds=http.longest_pause_seconds,
        poll_seconds=0.2 if run.sandboxed else http.poll_seconds,
        poll_limit_seconds=http.poll_minutes * 60,
        allow_loopback_downloads=run.sandboxed,
        needed_by=needed_by(run.settings, run.states),
        refused_keys=run.refused_keys,
    )


def check_catalogues(run: Run) -> list[str]:
    """Settings that only the vendors' free look-ups can judge: what they do not know is named.

    The model ``int_worklists__setting_problems`` finds them, and the worklists leave the same questions out;
    everything else goes on.
    """
    vendors = [vendor for vendor in named_at_vendors(run.settings) if run.asks(vendor)]
    if not vendors:
        return []
    with run.warehouse_turn(), run.console.step("worklists", run.seconds):
        bring_up_to_date(run, "checks of settings", ["int_worklists__setting_problems"])
    with open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con:
        rows = con.execute(
            "select setting, problem, is_certain from intermediate.int_worklists__setting_problems"
            " order by setting, problem"
        ).fetchall()
    told = [
        (f"{name}: {problem}", is_certain) for name, problem, is_certain in rows if name.split(".")[0] in vendors
    ]
    for text in [text for text, is_certain in told if not is_certain]:
        run.console.warn(text)
    return [text for text, is_certain in told if is_certain]
