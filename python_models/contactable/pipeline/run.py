"""What every step of a command shares, from the held home to the end in the journal."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime

from contactable.clock import utc_now
from contactable.extract import Tally
from contactable.home.home import Home
from contactable.home.journal import open_journal
from contactable.http import Redactor
from contactable.journal.errors import JournalError
from contactable.journal.lease import Heartbeat
from contactable.journal.store import Journal
from contactable.pipeline.errors import exit_of
from contactable.settings.config import Environment, Settings, endpoint_states
from contactable.stopping.deadline import Deadline
from contactable.stopping.ending import Ending, Exit
from contactable.stopping.interrupts import Interrupts
from contactable.stopping.stop import Stop
from contactable.terminal.console import Console
from contactable.vendors import ENDPOINTS, Endpoint, Wave
from contactable.warehouse.dbt_runner import DbtProject
from contactable.warehouse.duckdb import EngineSettings


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
    refused_keys: dict[tuple[str, str | None], str] = field(default_factory=dict)  # see ExtractContext
    not_asked: list[Wave] = field(default_factory=list)  # waves that the deadline or a Ctrl-C left out
    deadline: datetime | None = None
    ending: Ending | None = None  # None until the command's last step
    dbt_nodes: dict[str, int] = field(default_factory=dict)  # models, seeds and data tests that dbt ran, by step
    versions_before_rounds: Mapping[str, str] = field(default_factory=dict)  # of raw tables: see bring_up_to_date
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
    opened = open_journal(home, adopt=adopt)
    journal = opened.journal
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
        seals=opened.seals,
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
            ending = Ending(Exit.IN_PART, stop.reason)
        elif error is not None:
            ending = Ending(exit_of(error), redactor.text(str(error).partition("\n")[0])[:300])
        else:
            ending = run.ending or Ending(Exit.FAILED)
        # A full disk refuses this too: what came first is what to tell.
        with nullcontext() if error is None else suppress(JournalError):
            journal.end_run(run_id, int(ending.exit), ending.reason)
        journal.close()
