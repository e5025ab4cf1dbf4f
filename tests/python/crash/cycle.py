"""A whole run without dbt: ask, seal, load, publish, in the pipeline's own steps, in under a second.

The worklist is a file and the candidate a few small marts, because building models takes most of a run's time and
writes nothing that is not dbt's own. Everything that a kill can hurt is the real thing: opening the home, journal,
vendors over HTTPS, sealing, loading, publishing. ``python -m crash.cycle`` imports all of it once and then forks a
child for each line of JSON on standard input, so that hundreds of deaths take minutes.
"""

import hashlib
import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from contactable.clock import utc_now
from contactable.extract import EndpointWork, run_wave, steps_of
from contactable.extract.subjects import Question, question
from contactable.home.home import Home
from contactable.journal.errors import JournalError
from contactable.journal.store import Journal
from contactable.pipeline.extract import call_context
from contactable.pipeline.load import load_inputs, seal_and_load
from contactable.pipeline.publish import publish_candidate
from contactable.pipeline.run import Run, open_run
from contactable.privacy import suppress
from contactable.publish import PublishError
from contactable.settings.config import Environment, Settings
from contactable.stopping.ending import Ending, Exit
from contactable.terminal.console import Console
from contactable.vendors import ENDPOINTS, Endpoint
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.errors import WarehouseError
from support.kill_points import Plan, install

#: Rows of the candidate grow with every publication, so that no two of them are alike.
MARTS = ("contacts", "contact_emails", "contactability")


@dataclass(frozen=True)
class Asked:
    """One question of the worklist; ``wave`` orders them."""

    endpoint: str
    type: str
    value: str
    options: Mapping[str, Any] = field(default_factory=dict)
    wave: int = 0


@dataclass(frozen=True)
class Order:
    """What one child shall do."""

    home: str
    config: str
    variables: Mapping[str, str]
    worklist: Sequence[Mapping[str, Any]]
    plan: Mapping[str, Any]
    out: str
    parts: str = "all"

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def main() -> None:
    """Fork a child for each order; answer with how it ended, as ``subprocess`` counts (negative: the signal)."""
    utc_now()  # the clock starts here, and goes on from child to child
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            # A child leaves without the parent's cleaning up, whatever happens to it.
            code = 1
            try:
                code = _child(Order(**json.loads(line)))
            except BaseException:
                traceback.print_exc(file=sys.stdout)
                raise
            finally:
                sys.stdout.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _child(order: Order) -> int:
    out = os.open(order.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(order.variables)
    watch = install(Plan(**order.plan))
    try:
        worklist = [Asked(**row) for row in order.worklist]
        return cycle(Path(order.home), Path(order.config), worklist, order.parts)
    except (JournalError, WarehouseError, PublishError) as error:
        sys.stdout.write(f"failed in words: {error}\n")
        return Exit.FAILED
    finally:
        watch.save()
        sys.stdout.flush()


def cycle(home: Path, config: Path, worklist: Sequence[Asked], parts: str = "all") -> int:
    """One run on ``home``; the exit code as ``contactable run`` has it. ``parts``: all, extract, or publish."""
    settings, environment, place = Settings.read(config), Environment.read(), Home.at(home)
    alone = parts != "extract"
    with (
        place.hold("run") if alone else place.share("extract") as holder,
        open_run(place, settings, environment, Console("text"), "run", holder, sandboxed=True, alone=alone) as run,
    ):
        if parts != "publish":
            with run.warehouse_turn():
                suppress(place.warehouse, "email", "gone@example.com", reason="opt_out", now=utc_now())
            load_inputs(run, settings.first_party)
            _extract(run, worklist)
        if parts != "extract":
            with run.warehouse_turn():
                _build_candidate(place)
                publication, _ = publish_candidate(run, cast(Any, _Passed()))
                assert publication is not None, "the pseudonymous file was refused"
        run.ending = Ending(Exit.IN_PART if _unfinished(run.journal, run.tally.endpoints) else Exit.DONE)
        return run.ending.exit


def _extract(run: Run, worklist: Sequence[Asked]) -> None:
    context = call_context(run)
    for wave in sorted({asked.wave for asked in worklist}):
        run_wave(context, [*_works([asked for asked in worklist if asked.wave == wave])])
        seal_and_load(run)


class _Passed:
    """The verdict of gates that are another test's matter."""

    passed = True
    judgements = ()
    build_id = None


def _unfinished(journal: Journal, tallies: Mapping[str, Any]) -> bool:
    stopped = any(tally.stopped or tally.failed or tally.ambiguous for tally in tallies.values())
    return stopped or bool(journal.ambiguous())


def _works(worklist: Sequence[Asked]) -> Iterator[EndpointWork]:
    by_endpoint: dict[str, list[Question]] = {}
    for asked in worklist:
        by_endpoint.setdefault(asked.endpoint, []).append(_question(ENDPOINTS[asked.endpoint], asked))
    for key, questions in by_endpoint.items():
        yield EndpointWork(ENDPOINTS[key], questions, steps_of(ENDPOINTS[key], ENDPOINTS.__getitem__))


def _question(endpoint: Endpoint, asked: Asked) -> Question:
    text = json.dumps(asked.options, sort_keys=True)
    key = hashlib.md5(f"{endpoint.key}|{asked.type}|{asked.value}|{text}".encode(), usedforsecurity=False)
    return question(endpoint, key.hexdigest(), asked.type, asked.value, text, None)


def _build_candidate(home: Home) -> None:
    """What dbt would leave: marts that differ from the ones published before, and belong together."""
    with open_warehouse(home.path) as con:
        con.execute("create schema if not exists marts")
        con.execute("create schema if not exists staging")
        con.execute("create table if not exists staging.candidate_number (number integer)")
        con.execute("insert into staging.candidate_number select count(*) + 1 from staging.candidate_number")
        for mart in MARTS:
            con.execute(
                f"create or replace table marts.{mart} as "
                "select 'k' || number as contact_key from staging.candidate_number"
            )


if __name__ == "__main__":
    main()
