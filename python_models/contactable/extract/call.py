"""One call, from reservation to settlement: the only place that sends."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from contactable.billing import Counts
from contactable.clock import real_now
from contactable.extract.context import ExtractContext
from contactable.http import Action, ErrorTable, Fault, Reply, Request, Verdict
from contactable.http.rate_limit import backoff_seconds, pause_seconds, retry_after_seconds
from contactable.journal.budget import BudgetSpentError
from contactable.journal.calls import Answer, Call, Settlement, Subject
from contactable.journal.errors import HostBusyError, JournalError
from contactable.vendors import Endpoint
from contactable.vendors.model import JOB_PAGE, OnServerError

#: The status of which BIGDBM's page says "retry with backoff"; gateways' 502 to 504 are documented nowhere.
_SERVER_ERROR = 500


class End(StrEnum):
    """How a call ended, as a flow sees it."""

    ANSWERED = "answered"
    NOT_YET = "not_yet"
    REFUSED = "refused"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    RESTART = "restart"
    STOP_PRODUCT = "stop_product"
    STOP_VENDOR = "stop_vendor"
    STALE = "stale"  # somebody asked one of these subjects meanwhile
    STOPPED = "stopped"  # the run ends; nothing was sent or nothing can have been charged
    NO_BUDGET = "no_budget"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``room``: so many credits would still have fitted the budget that ended it. ``unsent``: subjects of the
    batch that did not fit and stay due; ``budget`` then says which budget was too small for them.
    ``unreadable``: so many of the ``asked`` subjects of an answer that was paid for cannot be read in it."""

    end: End
    reply: Reply | None = None
    verdict: Verdict | None = None
    request_id: str | None = None
    message: str = ""
    room: float = 0.0
    unsent: tuple[Subject, ...] = ()
    budget: str = ""
    asked: int = 0
    unreadable: int = 0

    @property
    def parsed(self) -> Any:
        return None if self.reply is None else self.reply.json


#: (reply) -> (text to land, new values of the extraction's row or None); None when it does not say what became of
#: the call: then a call that cannot be repeated is ambiguous, whatever its status.
Landing = Callable[[Reply], tuple[str, Mapping[str, Any] | None] | None]


def _as_it_came(reply: Reply) -> tuple[str, Mapping[str, Any] | None]:
    return reply.text, None


def perform(
    context: ExtractContext,
    endpoint: Endpoint,
    subjects: Sequence[Subject],
    options: Mapping[str, Any],
    *,
    extraction_id: str | None = None,
    page: int | None = None,
    records: int | None = None,
    marks_asked: bool = True,
    landing: Landing = _as_it_came,
    url: str | None = None,
    counted_as: str | None = None,
) -> Outcome:
    """Wait for a place, reserve, send, settle.

    Args:
        options: the request's other fields as the worklist or the flow gives them.
        extraction_id, page: set for a call of a longer read; recorded with the answer.
        records: of a job's creation: the most records it can bring, as the flow knows.
        landing: turns an accepted reply into the text to keep and the extraction's next state, which commit
            together with the credits.
        url: a vendor-given URL in place of the endpoint's own; then no key is sent.
        counted_as: the endpoint in whose tally the call is counted, where it is a step of another's flow.
    """
    if url is None and (refusal := context.key_refusal(endpoint)) is not None:
        return Outcome(End.STOP_VENDOR, verdict=_key_refused(refusal), message=refusal)
    if url is None and (rest := context.rest_of(endpoint)):
        return Outcome(End.STOP_PRODUCT, verdict=_resting(rest), message=rest)
    encoded = endpoint.encode(subjects, options, secrets.token_hex(8))
    request = Request(
        method=endpoint.method if url is None else "GET",
        url=context.url(endpoint.url_variable) + encoded.fill(endpoint.path) if url is None else url,
        body=encoded.body if url is None else type(encoded.body)(),
        query=encoded.query if url is None else {},
        headers=_auth(context, endpoint) if url is None else {},
    )
    landed_options = dict(options)
    if extraction_id is not None:
        landed_options |= {"_extraction": extraction_id, "_page": page}
    most = endpoint.most(len(subjects), options, page) if records is None else job_counts(options, records)
    call = Call(
        vendor=endpoint.vendor,
        product=endpoint.product,
        endpoint=endpoint.key,
        stream=endpoint.stream,
        wave=endpoint.wave.value,
        subjects=tuple(subjects),
        options=landed_options,
        credits_quoted=endpoint.billing.charge(most) or 0.0,
        repeatable=endpoint.repeatable,
        extraction_id=extraction_id,
        page=page,
        marks_asked=marks_asked,
        price_micros=context.prices.get(endpoint.key),
        volume_price=context.volume_prices.get(endpoint.key),
        billing=str(endpoint.billing),
        records_reserved=records,
    )
    limiter = context.limiters[endpoint.vendor]
    at_once = context.in_flight[endpoint.vendor]
    with limiter.slot():
        if marks_asked and context.journal.already_asked(subjects):
            return Outcome(End.STALE)  # another process has them: seen before a place is waited for and spent
        while True:
            if context.stop or not limiter.wait():
                return Outcome(End.STOPPED)
            try:
                request_id = context.journal.reserve(call, context.run_id, context.budgets, most_in_flight=at_once)
                break
            except BudgetSpentError as error:
                limiter.give_back()
                return Outcome(End.NO_BUDGET, message=str(error), room=error.room)
            except HostBusyError:
                limiter.give_back()
                free = partial(_may_send_more, context, endpoint.vendor, at_once)
                if not limiter.wait_until(free, context.rng):
                    return Outcome(End.STOPPED)
        if request_id is None:
            limiter.give_back()
            return Outcome(End.STALE)
        return _Sending(context, endpoint, call, request, request_id, landing, counted_as or endpoint.key).run()


def _key_refused(why: str) -> Verdict:
    return Verdict("key_refused", Action.STOP_VENDOR, Fault.CONFIGURATION, why, charged=False)


def _resting(why: str) -> Verdict:
    return Verdict("resting", Action.STOP_PRODUCT, Fault.TRANSIENT, why, charged=False)


def job_counts(options: Mapping[str, Any], records: int | None) -> Counts:
    """What a job of so many records counts; its page's size is the request's, where it has one."""
    size = options.get("page_size") or JOB_PAGE
    return Counts(1, records=records, pages=-(-(records or 0) // int(size)))


def settle_job(
    context: ExtractContext, create: Endpoint, request_id: str, records: int | None, counted_as: str
) -> None:
    """A job has ended: its reserve becomes what the billing model makes of it.

    Args:
        create: the step that made it.
        request_id: that call.
        records: what it delivers; None when it failed.
        counted_as: the endpoint in whose tally it is counted.
    """
    row, billing = context.journal.request(request_id), create.billing
    assert row is not None, "a job is settled by the call that made it"
    options = json.loads(row["options"])
    reserve = billing.charge(job_counts(options, row["records_reserved"]))
    delivered = None if records is None else job_counts(options, records)
    credits = billing.of_job(delivered, float(row["credits_quoted"] if reserve is None else reserve))
    if credits is None:
        return
    difference, money = context.journal.correct_charge(request_id, credits, records=records or 0)
    context.tally.book(counted_as, difference, money)


def _counted(counts: Counts, *, is_job: bool) -> dict[str, int]:
    """What the answer tells, as the journal keeps it; of a job that was just created only what it set aside."""
    if is_job:
        return {} if counts.records is None else {"records_reserved": counts.records}
    told = {"subjects_matched": counts.matches, "records_returned": counts.records}
    return {name: number for name, number in told.items() if number is not None}


def _may_send_more(context: ExtractContext, vendor: str, most_in_flight: int) -> bool:
    return context.journal.in_flight(vendor) < most_in_flight


def _auth(context: ExtractContext, endpoint: Endpoint) -> dict[str, str]:
    secret = context.secret(endpoint.auth.variables)
    return {} if secret is None else endpoint.auth.headers(secret)


@dataclass(slots=True)
class _Sending:
    """The attempts of one reservation."""

    context: ExtractContext
    endpoint: Endpoint
    call: Call
    request: Request
    request_id: str
    landing: Landing
    counted_as: str
    attempt: int = 1
    slowed_down: int = 0  # 429s so far
    server_errors: int = 0  # of the attempts so far: whether they were charged is not known

    def run(self) -> Outcome:
        """Raises JournalError when the outcome cannot be written down; then nobody sends anything any more."""
        try:
            return self._send()
        except JournalError:
            # Reserving takes less room than an answer does: others could go on paying for what cannot be kept.
            self.context.stop.request("the journal cannot be written")
            raise

    def _send(self) -> Outcome:
        table = ErrorTable(self.endpoint.errors)
        while True:
            reply = self.context.transport.send(self.request)
            verdict = self._named(table.judge(reply))
            match verdict.action:
                case Action.ACCEPT | Action.NO_MATCH:
                    return self._accept(reply, verdict)
                case Action.NOT_YET:
                    self._settle("settled", reply, verdict, credits=0.0)
                    return self._outcome(End.NOT_YET, reply, verdict)
                case Action.REFUSE:
                    self._settle("refused", reply, verdict, credits=0.0, land=True)
                    return self._outcome(End.REFUSED, reply, verdict)
                case Action.STOP_PRODUCT | Action.STOP_VENDOR:
                    end = End.STOP_VENDOR if verdict.action is Action.STOP_VENDOR else End.STOP_PRODUCT
                    self._settle("refused", reply, verdict, credits=0.0, land=True)
                    stopped = self._outcome(end, reply, verdict)
                    if end is End.STOP_VENDOR:
                        self.context.refuse_key(self.endpoint, stopped.message)
                    return stopped
                case Action.RESTART:
                    self._settle("failed", reply, verdict, credits=0.0, land=True)
                    return self._outcome(End.RESTART, reply, verdict)
                case Action.SLOW_DOWN:
                    told = retry_after_seconds(reply.headers, real_now())
                    self.slowed_down += 1
                    wait = pause_seconds(told, self.slowed_down, self.context.rng)
                    if not self.context.can_wait(wait):
                        return self._rest(reply, verdict, wait)
                    self.context.limiters[self.endpoint.vendor].pause(wait)  # every worker of this vendor waits
                    again = self._again(verdict, 0.0)
                case Action.RETRY:
                    may_cost = verdict.charged is not False and not self.endpoint.repeatable
                    if may_cost and not self._retries(reply):
                        # The vendor may have charged: asking again may cost twice. A person or a look-up decides.
                        return self._unanswered(End.AMBIGUOUS, reply, verdict, is_unknown=True)
                    wait = backoff_seconds(self.attempt, self.context.rng)
                    again = self._again(verdict, wait, server_error=may_cost)
            if again is not None:
                return self._unanswered(again, reply, verdict, is_unknown=self.server_errors > 0)

    def _retries(self, reply: Reply) -> bool:
        """Whether a call that may have been charged is sent again: after a server error, where that is set."""
        is_server_error = reply.fault is None and reply.status == _SERVER_ERROR
        return is_server_error and self.endpoint.on_server_error is OnServerError.RETRY

    def _unanswered(self, end: End, reply: Reply, verdict: Verdict, *, is_unknown: bool) -> Outcome:
        """No attempt was answered. ``is_unknown``: one of them may have been charged, and a person decides."""
        state = "ambiguous" if is_unknown else "failed"
        self._settle(state, reply, verdict, credits=None if is_unknown else 0.0, land=bool(reply.text))
        return self._outcome(End.AMBIGUOUS if is_unknown and end is End.FAILED else end, reply, verdict)

    def _rest(self, reply: Reply, verdict: Verdict, seconds: float) -> Outcome:
        """The vendor wants to be left alone for longer than this run can wait."""
        text = self.context.note_rest(self.endpoint, seconds, f"status {reply.status}, wait {seconds:,.0f} s")
        self._unanswered(End.STOP_PRODUCT, reply, verdict, is_unknown=self.server_errors > 0)
        return replace(self._outcome(End.STOP_PRODUCT, reply, verdict), message=text)

    def _named(self, verdict: Verdict) -> Verdict:
        """The advice with the name of the variable whose key was sent, so that the right one is corrected."""
        if "{key}" not in verdict.advice:
            return verdict
        variable = self.context.key_variable(self.endpoint.auth)
        return replace(verdict, advice=verdict.advice.replace("{key}", variable))

    def _again(self, verdict: Verdict, wait: float, *, server_error: bool = False) -> End | None:
        """Wait for the next attempt; an end when there is none."""
        self.server_errors += server_error
        allowed = self.context.retries if verdict.max_retries is None else verdict.max_retries
        if self.attempt > allowed:
            return End.FAILED
        if self.context.stop.sleep(wait) or not self.context.limiters[self.endpoint.vendor].wait():
            return End.STOPPED
        self.attempt += 1
        sent_again = self.context.journal.count_attempt(self.request_id, server_error=server_error)
        return None if sent_again else End.FAILED

    def _accept(self, reply: Reply, verdict: Verdict) -> Outcome:
        if self.endpoint.not_yet(reply.json):
            waiting = Verdict(
                "not_yet", Action.NOT_YET, Fault.NONE, "The vendor is still working on it.", charged=False
            )
            self._settle("settled", reply, waiting, credits=0.0)
            return self._outcome(End.NOT_YET, reply, waiting)
        problem = self.endpoint.application_error(reply.json)
        if problem is not None:
            # A good status with a failure inside: kept, quarantined downstream, due again in the next run.
            failed = Verdict("application_error", Action.ACCEPT, verdict.fault, problem, charged=False)
            self._settle("failed", reply, failed, credits=0.0, land=True)
            return self._outcome(End.FAILED, reply, failed)
        asked, billing = len(self.call.subjects), self.endpoint.billing
        reserved = self.call.records_reserved
        if reserved is not None:
            told = self.endpoint.records(reply.json)
            counts = job_counts(self.call.options, reserved if told is None else told)
        elif verdict.action is Action.NO_MATCH:
            counts = Counts(asked, matches=0, records=0)
        else:
            counts = self.endpoint.counts(reply.json, asked, self.call.page)
        charged = billing.charge(counts)
        # What cannot be read counts as the most that it can cost.
        credits = self.call.credits_quoted if charged is None else charged
        if doubt := self.endpoint.disagreement(reply.json):
            self.context.tally.note(self.counted_as, doubt)
        landed = self.landing(reply)
        if landed is None or (self.endpoint.creates and not isinstance(reply.json, Mapping)):
            unclear = Verdict(
                "unreadable_answer", Action.ACCEPT, Fault.VENDOR, "It does not tell what became of the call.", None
            )
            self._settle("ambiguous", reply, unclear, credits=None, land=bool(reply.text))
            return self._outcome(End.AMBIGUOUS, reply, unclear)
        text, extraction = landed
        money = self.context.journal.settle(
            self.request_id,
            Settlement(
                "settled",
                credits,
                status_code=reply.status,
                rule=None if verdict.rule == "ok" else verdict.rule,
                answer=Answer(text, self.context.clock()),
                extraction=extraction,
                counted=_counted(counts, is_job=reserved is not None),
            ),
        )
        self.context.tally.book(self.counted_as, credits, money, calls=1)
        if credits > self.call.credits_quoted:
            self._note_excess(credits)
        unreadable = 0
        if credits:
            unreadable = asked - self.endpoint.understood(reply.json, self.call.subjects)
            self.context.tally.add(self.counted_as, unreadable=unreadable)
        return replace(self._outcome(End.ANSWERED, reply, verdict), asked=asked, unreadable=unreadable)

    def _settle(
        self, state: str, reply: Reply, verdict: Verdict, *, credits: float | None, land: bool = False
    ) -> None:
        message = self.context.redactor.text(reply.message() or verdict.advice)
        answer = Answer(reply.text, self.context.clock()) if land and reply.text else None
        money = self.context.journal.settle(
            self.request_id,
            Settlement(state, credits, reply.status, verdict.rule, message, answer),
        )
        booked = self.call.credits_quoted if credits is None else credits
        self.context.tally.book(self.counted_as, booked, money, calls=1)

    def _note_excess(self, credits: float) -> None:
        """An answer costs more than was set aside: counted in full, told, and the end where a budget is over."""
        hint = f": set most_records in endpoints.{self.counted_as}.billing to what one subject can bring"
        self.context.tally.note(
            self.counted_as,
            f"an answer cost {credits:,.10g} credits where {self.call.credits_quoted:,.10g} were set aside"
            f"{hint if self.call.records_reserved is None else ''}",
        )
        over = self.context.journal.overspent(self.call, self.context.run_id, self.context.budgets)
        if over is not None:
            self.context.tally.stop(self.counted_as, f"an answer cost more than was set aside; {over}", "budget")

    def _outcome(self, end: End, reply: Reply, verdict: Verdict) -> Outcome:
        said = self.context.redactor.text(reply.message())
        message = f"{verdict.advice} (the vendor says: {said})" if said else verdict.advice
        return Outcome(end, reply, verdict, self.request_id, message)
