"""The routes: `POST /v1/intent/audiences/query` to the letter, and the companions of its generation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contactable.sandbox.hashing import salt_of
from contactable.sandbox.leadpipe import topics
from contactable.sandbox.leadpipe.audiences import Audience, Audiences
from contactable.sandbox.leadpipe.cursors import seal, unseal
from contactable.sandbox.leadpipe.firmographics import catalogue
from contactable.sandbox.leadpipe.requests import (
    AudiencePatch,
    Config,
    DayQuery,
    NewAudience,
    QueryBody,
    body_of,
    query_of,
)
from contactable.sandbox.leadpipe.rows import Row, RowWriter
from contactable.sandbox.leadpipe.runs import Calendar, Runs, Selection
from contactable.sandbox.vendor import (
    BadBodyError,
    Call,
    Handler,
    Provenance,
    RateLimit,
    Reply,
    Route,
    Sandbox,
    Switch,
    Vendor,
)

NAME = "leadpipe"
PREVIEW_ROWS = 50
_ACTIVE, _EXPIRED = "active", "expired"
_MATERIALIZING, _READY, _FAILED, _NONE = "materializing", "ready", "failed", "none"
_SHAPE_FAULTS = ("duplicate_page", "repeated_cursor", "wrong_total", "mid_paging_500", "failed_export")

SWITCHES = {
    "materializing_calls": Switch(
        (1, 0, 2, 3, 5, 10), "calls of a new config answered with 202 before it is ready"
    ),
    "rows": Switch(("doc", "live"), "six documented fields, or 56 keys without hem as seen live"),
    "grain": Switch(("person", "person_topic"), "rows per person, or per person and matched topic"),
    "total_count": Switch(("number", "null"), "whether totalCount is told"),
    "failed": Switch(("status", "500"), "a failed materialisation: 200 with meta.status failed, or 500"),
    "missing_run": Switch(("404", "empty"), "a date without run: 404, or 200 without rows"),
    "beside_audience": Switch(
        ("ignored", "in_its_place"),
        "topics, scores and filters beside an audienceId: ignored, or they replace its own",
    ),
    "unready": Switch(
        ("202", "200"), "the status of an answer that is not ready: 202, or 200 with meta.status alone"
    ),
    "data_date": Switch(
        ("day", "timestamp", "timestamps", "days", "null"),
        "dataDate is a day, a moment (one, or another on every page), another day on every page, or not told",
    ),
    "cache_key": Switch(("config", "page"), "cacheKey stands for config and day, or is another on every page"),
    "topic_page": Switch((0, 10, 50), "topics a page of the catalogue, 0: the whole at once"),
    "audience_names": Switch(("listed", "left_out"), "whether the list of audiences tells names"),
}


@dataclass(slots=True)
class Job:
    """One materialisation, by cacheKey."""

    calls_left: int
    doomed: bool
    created_at: str

    @property
    def status(self) -> str:
        if self.calls_left > 0:
            return _MATERIALIZING
        return _FAILED if self.doomed else _READY


class Leadpipe:
    """What the vendor remembers: its runs, its jobs, the organisation's audiences."""

    def __init__(self, sandbox: Sandbox) -> None:
        view = sandbox.world.view(NAME)
        self.calendar = Calendar(sandbox.clock)
        self.runs = Runs(view)
        self.audiences = Audiences(sandbox.world.seed, sandbox.clock)
        self._rows = RowWriter(view, self.runs.firmographics)
        self._jobs: dict[str, Job] = {}
        self._secret = salt_of(sandbox.world.seed, NAME, "cursors")

    # --- the documented call ----------------------------------------------------------------------------------

    def query(self, call: Call) -> Reply:
        """One page of the people who match, from the cache; 202 until it is filled."""
        body = body_of(call, QueryBody)
        if body.audience_id is None:
            config = body.config()
        else:
            saved = self.audiences.get(body.audience_id)
            if saved is None:
                return call.error(404, "Audience not found")
            config = saved.config if call.switch("beside_audience") == "ignored" else body.over(saved.config)
        day = self._day(body.date)
        if day is None:
            return self._no_run(call, config, body.date)
        key = _cache_key(config, day)
        offset = self._offset(call, key, body.cursor)
        if offset and call.fault("mid_paging_500"):
            return call.error(500, "Internal Server Error")
        job = self._visit(call, key)
        if job.status != _READY:
            return self._unready(call, key, job)
        selection = self.runs.select(config, day, call.switch("grain"))
        write = self._rows.documented if call.switch("rows") == "doc" else self._rows.live
        meta = {
            "status": _READY,
            "cacheKey": _shown_key(call, key, offset),
            "dataDate": _shown_day(call, day, offset),
        }
        return self._page(call, key, selection, offset, body.limit, write, meta)

    def _offset(self, call: Call, key: str, cursor: str | None) -> int:
        """The position a cursor stands for; it is bound to the config, the day and the route."""
        if cursor is None:
            return 0
        offset = unseal(self._secret, f"{call.route.endpoint}|{key}", cursor)
        if offset is None:
            raise BadBodyError("cursor is invalid or belongs to another query")
        return offset

    def _page(
        self,
        call: Call,
        key: str,
        selection: Selection,
        offset: int,
        limit: int,
        write: Callable[[Selection, int], Row],
        meta: Row,
    ) -> Reply:
        start = max(0, offset - limit) if offset and call.fault("duplicate_page") else offset
        total = len(selection)
        end = min(offset + limit, total)
        rows = [write(selection, at) for at in range(start, min(start + limit, total))]
        call.used(int(offset == 0), int(bool(rows)), len(rows))
        more = end < total
        following = offset if more and call.fault("repeated_cursor") else end
        told = total + call.fault("wrong_total") if call.switch("total_count") == "number" else None
        cursor = seal(self._secret, f"{call.route.endpoint}|{key}", following) if more else None
        counts = {"count": len(rows), "totalCount": told, "nextCursor": cursor, "hasMore": more}
        return Reply(200, {"data": rows, "meta": counts | meta})

    def _no_run(self, call: Call, config: Config, asked: str | None) -> Reply:
        if call.switch("missing_run") == "404":
            return call.error(404, f"No data for {asked}" if asked else "No data yet")
        meta = {"status": _READY, "cacheKey": _cache_key(config, None), "dataDate": asked}
        return Reply(200, {"data": [], "meta": _nothing() | meta})

    def _unready(self, call: Call, key: str, job: Job) -> Reply:
        self._forget_failed(key, job)
        if job.status == _FAILED and call.switch("failed") == "500":
            return call.error(500, "Materialization failed")
        meta = {"status": job.status, "cacheKey": key, "dataDate": None}
        waits = job.status == _MATERIALIZING and call.switch("unready") == "202"
        return Reply(202 if waits else 200, {"data": [], "meta": _nothing() | meta})

    def _forget_failed(self, key: str, job: Job) -> None:
        """A failure is told once; whoever asks again starts a new job."""
        if job.status == _FAILED:
            self._jobs.pop(key, None)

    def _visit(self, call: Call, key: str) -> Job:
        """The job of a cacheKey, queued when there is none; each visit brings it nearer to its end.

        With n calls to wait, n visits see it materialising and the next sees it done.
        """
        job = self._jobs.get(key)
        if job is None:
            waits = int(call.switch("materializing_calls")) + 1
            job = self._jobs[key] = Job(waits, call.fault("failed_export"), call.sandbox.clock.text())
        job.calls_left = max(0, job.calls_left - 1)
        return job

    def _day(self, asked: str | None) -> date | None:
        """The day of the run that is asked for (default: the latest), or None when there is no such run."""
        if asked is None:
            return self.calendar.latest
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            return None
        return day if self.calendar.has(day) else None

    # --- builder ----------------------------------------------------------------------------------------------

    @staticmethod
    def filters(_call: Call) -> Reply:
        return Reply(200, {"data": catalogue()})

    def preview(self, call: Call) -> Reply:
        """A masked sample and the exact total, at once."""
        config = body_of(call, Config)
        day = self._day(None)
        if day is None:
            return call.error(404, "No data yet")
        selection = self.runs.select(config, day)
        sample = [self._rows.masked(selection, at) for at in range(min(PREVIEW_ROWS, len(selection)))]
        key = "preview_" + _cache_key(config, day)
        data = {
            "totalCount": len(selection),
            "sample": sample,
            "previewKey": key,
            "dataDate": day.isoformat(),
        }
        return Reply(200, {"data": data})

    def list_audiences(self, call: Call) -> Reply:
        left_out = {"name"} if call.switch("audience_names") == "left_out" else set()
        listed = [audience.public() for audience in self.audiences.all()]
        return Reply(200, {"data": [{k: v for k, v in one.items() if k not in left_out} for one in listed]})

    def create(self, call: Call) -> Reply:
        audience = self.audiences.prepare(body_of(call, NewAudience))
        call.then(lambda: self.audiences.put(audience))
        left_out = ("topics", "updatedAt")
        return Reply(201, {"data": {k: v for k, v in audience.public().items() if k not in left_out}})

    def read(self, call: Call, audience: Audience) -> Reply:
        return Reply(200, {"data": audience.public()})

    def change(self, call: Call, audience: Audience) -> Reply:
        changed = self.audiences.changed(audience, body_of(call, AudiencePatch))
        call.then(lambda: self.audiences.put(changed))
        left_out = ("topics", "createdAt")
        return Reply(200, {"data": {k: v for k, v in changed.public().items() if k not in left_out}})

    def delete(self, call: Call, audience: Audience) -> Reply:
        call.then(lambda: self.audiences.remove(audience))
        return Reply(200, {"data": {"deleted": True}})

    # --- results ----------------------------------------------------------------------------------------------

    def status(self, call: Call, audience: Audience) -> Reply:
        """Where the materialisation of a day stands; asking brings it nearer to its end, as a query does.

        An active audience is materialised for every run, another one only when somebody asks for its people.
        """
        day = self._day(query_of(call, DayQuery).date)
        key = _cache_key(audience.config, day)
        wanted = day is not None and (audience.status == _ACTIVE or key in self._jobs)
        job = self._visit(call, key) if wanted else None
        ready = job is not None and job.status == _READY and day is not None
        total = len(self.runs.select(audience.config, day)) if ready and day is not None else 0
        if ready:
            audience.last_refreshed_at = call.sandbox.clock.text()
        data = {
            "status": job.status if job else _NONE,
            "totalCount": total,
            "dataDate": day.isoformat() if ready and day is not None else None,
            "runId": f"run_{key[:16]}" if job else None,
        }
        return Reply(200, {"data": data})

    def results(self, call: Call, audience: Audience) -> Reply:
        """The saved audience's people, unmasked."""
        asked = query_of(call, DayQuery)
        day = self._day(asked.date)
        if day is None:
            return call.error(404, "No data for that date")
        key = _cache_key(audience.config, day)
        offset = self._offset(call, key, asked.cursor)
        job = self._visit(call, key)
        if job.status != _READY:
            self._forget_failed(key, job)
            return Reply(202, {"data": [], "meta": {"status": job.status, "dataDate": None}})
        selection = self.runs.select(audience.config, day)
        meta = {"status": _READY, "dataDate": day.isoformat()}
        return self._page(call, key, selection, offset, asked.limit, self._rows.result, meta)

    def list_runs(self, _call: Call, audience: Audience) -> Reply:
        """The daily runs that were materialised, the latest first."""
        runs = []
        for day in self.calendar.days():
            key = _cache_key(audience.config, day)
            job = self._jobs.get(key)
            if job is not None:
                ready = job.status == _READY
                runs.append(
                    {
                        "cacheKey": key,
                        "dataDate": day.isoformat(),
                        "status": job.status,
                        "totalCount": len(self.runs.select(audience.config, day)) if ready else 0,
                        "createdAt": job.created_at,
                        "hasExport": False,
                    }
                )
        return Reply(200, {"data": runs})

    def of_audience(self, handler: Callable[[Call, Audience], Reply]) -> Handler:
        """A handler that gets the audience of the path's `{id}`, or 404."""

        def handle(call: Call) -> Reply:
            audience = self.audiences.get(call.params["id"])
            return call.error(404, "Audience not found") if audience is None else handler(call, audience)

        return handle

    # --- the sandbox's own ------------------------------------------------------------------------------------

    def new_run(self, _body: dict[str, Any]) -> object:
        """Makes the next daily run appear, also between two pages."""
        return {"dataDate": self.calendar.call_next().isoformat()}


def _nothing() -> Row:
    return {"count": 0, "totalCount": 0, "nextCursor": None, "hasMore": False}


def _shown_key(call: Call, key: str, offset: int) -> str:
    return key if call.switch("cache_key") == "config" else f"{key}_{offset}_{call.sandbox.clock.text()}"


def _shown_day(call: Call, day: date, offset: int) -> str | None:
    """The run's day as the switch has it; ``offset`` tells one page from another."""
    told = call.switch("data_date")
    if told == "null":
        return None
    if told == "days":
        return (day - timedelta(days=offset)).isoformat()
    seconds = offset % 60 if told == "timestamps" else 0
    return day.isoformat() if told == "day" else f"{day.isoformat()}T04:00:{seconds:02d}Z"


def _cache_key(config: Config, day: date | None) -> str:
    """Stands for (config, day): the same for every spelling, page and poll of one question."""
    return hashlib.sha256(f"{config.canonical()}|{day}".encode()).hexdigest()[:32]


_CODES = {400: "VALIDATION_ERROR", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "RATE_LIMITED"}


def error(status: int, message: str) -> Reply:
    """`{"error": {"code", "message"}}` (the nested form; the vendor has others, assumed)."""
    return Reply(status, {"error": {"code": _CODES.get(status, "INTERNAL_ERROR"), "message": message}})


def _authenticate(call: Call) -> Reply | None:
    """`X-API-Key` only; an `sk_` key as Bearer is not accepted."""
    state = call.sandbox.keys.state(NAME, call.header("x-api-key"))
    if state == _EXPIRED:
        return error(403, "Organization is expired")
    return None if state == _ACTIVE else error(401, "Invalid or missing API key")


def _not_built(_call: Call) -> Reply:
    return error(501, "The sandbox does not build this call")


def _routes(state: Leadpipe) -> list[Route]:
    root, saved = "/v1/intent", "/v1/intent/audiences/{id}"
    doc, public, assumed = Provenance.DOC, Provenance.PUBLIC, Provenance.ASSUMED
    of = state.of_audience

    def catalogue_route(path: str, handler: Handler, endpoint: str) -> Route:
        return Route("GET", f"{root}/topics{path}", handler, endpoint, public, "SDK specification", open=True)

    def later(method: str, path: str, endpoint: str, *, is_open: bool = False) -> Route:
        return Route(method, path, _not_built, endpoint, assumed, "known from the SDK; answers 501", open=is_open)

    return [
        Route(
            "POST",
            f"{root}/audiences/query",
            state.query,
            "audience_query",
            doc,
            "request, row, meta documented; 202 public; errors, order, grain, hash, cursors assumed",
            faults=_SHAPE_FAULTS,
        ),
        catalogue_route("", topics.listing, "topics"),
        catalogue_route("/facets", topics.facets, "topic_facets"),
        catalogue_route("/search", topics.search, "topic_search"),
        Route("GET", f"{root}/audiences/filters", state.filters, "filters", public, "SDK specification"),
        Route("POST", f"{root}/audiences/preview", state.preview, "audience_preview", public, "SDK specification"),
        Route("GET", f"{root}/audiences", state.list_audiences, "audiences", public, "SDK specification"),
        Route("POST", f"{root}/audiences", state.create, "audience_create", public, "starts as draft: assumed"),
        Route("GET", saved, of(state.read), "audience", public, "SDK specification"),
        Route("PATCH", saved, of(state.change), "audience_change", public, "SDK specification"),
        Route("DELETE", saved, of(state.delete), "audience_delete", public, "body from the SDK's types"),
        Route("GET", f"{saved}/status", of(state.status), "audience_status", public, "SDK specification"),
        Route(
            "GET",
            f"{saved}/results",
            of(state.results),
            "audience_results",
            public,
            "SDK specification; paging as in the query",
            faults=("duplicate_page", "repeated_cursor", "wrong_total", "failed_export"),
        ),
        Route("GET", f"{saved}/runs", of(state.list_runs), "runs", public, "SDK specification"),
        later("GET", f"{saved}/stats", "audience_stats"),
        later("POST", f"{saved}/export", "audience_export"),
        later("GET", f"{root}/topics/movers", "topic_movers", is_open=True),
        later("GET", f"{root}/topics/{{topic}}/trend", "topic_trend", is_open=True),
        later("POST", f"{root}/topics/compare", "topic_compare", is_open=True),
        later("POST", f"{root}/topics/analyze", "topic_analyze", is_open=True),
    ]


def vendor(sandbox: Sandbox) -> Vendor:
    """Leadpipe over a sandbox, with one active key and one of an expired organisation."""
    key = sandbox.keys.issue(NAME, _ACTIVE, prefix="sk_sandbox_")
    expired = sandbox.keys.issue(NAME, _EXPIRED, prefix="sk_sandbox_")
    state = Leadpipe(sandbox)
    return Vendor(
        NAME,
        "/leadpipe",
        _routes(state),
        authenticate=_authenticate,
        error=error,
        key=lambda call: call.header("x-api-key"),
        environment=lambda base: {
            "LEADPIPE_URL": f"{base}/leadpipe",
            "LEADPIPE_API_KEY": key,
            "SANDBOX_LEADPIPE_EXPIRED_KEY": expired,
        },
        rate_limit=RateLimit(60, 60.0),
        switches=SWITCHES,
        actions={"new_run": state.new_run},
    )
