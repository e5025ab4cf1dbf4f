"""The sandbox as a process of its own, met over HTTPS, and a run's context pointed at it."""

import json
import ssl
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import zstandard
from sqlalchemy import select

from contactable.extract import EndpointWork, ExtractContext, Tally, run_wave
from contactable.extract.subjects import question
from contactable.http import HttpClient, RateLimit, RateLimiter, Redactor
from contactable.journal.budget import Budgets
from contactable.journal.store import Journal
from contactable.journal.tables import answers
from contactable.pipeline.sandbox_process import running
from contactable.settings.config import DEFAULT_URLS, SandboxSettings
from contactable.stopping.stop import Stop
from contactable.vendors import ENDPOINTS, VENDORS


@dataclass(frozen=True)
class SandboxServer:
    """A running sandbox: its variables, its truth, its switches."""

    variables: Mapping[str, str]

    def truth(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(
            Path(self.variables["SANDBOX_TRUTH"]) / f"{table}.parquet"
        ).to_pylist()
        return rows

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """The sandbox's own surface; not the client's way in."""
        request = urllib.request.Request(
            self.variables["SANDBOX_ADMIN_URL"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        trust = ssl.create_default_context(cafile=self.variables["CONTACTABLE_CA_BUNDLE"])
        with urllib.request.urlopen(request, context=trust) as answer:
            return json.loads(answer.read() or b"null")

    @contextmanager
    def fault(self, name: str, **details: Any) -> Iterator[None]:
        """A fault that is on inside the block: vendor, endpoint, rate or count."""
        self.admin("POST", "/faults", {"name": name, **details})
        try:
            yield
        finally:
            self.admin("DELETE", "/faults")

    def switch(self, vendor: str, name: str, value: Any) -> None:
        """Choose one of the readings of what the vendor's documents leave open; it stays."""
        self.admin("POST", "/switches", {"vendor": vendor, "name": name, "value": value})

    @contextmanager
    def tariff(self, vendor: str, endpoint: str, **tariff: Any) -> Iterator[None]:
        """Inside the block the vendor charges for this call in another way: unit, price, bands, ..."""
        place = {"vendor": vendor, "endpoint": endpoint}
        self.admin("POST", "/tariffs", {**place, **tariff})
        try:
            yield
        finally:
            self.admin("POST", "/tariffs", place)

    def charges(self) -> list[dict[str, Any]]:
        """The vendor's own charge book, one entry a charged question."""
        entries: list[dict[str, Any]] = []
        while True:
            page = self.admin("GET", f"/charges?offset={len(entries)}")
            entries += page["charges"]
            if not page["charges"] or len(entries) >= page["count"]:
                return entries

    def received(self, vendor: str) -> list[dict[str, Any]]:
        """Every call of a vendor that arrived, in order, with path, body, status and fault."""
        calls: list[dict[str, Any]] = []
        while True:
            page = self.admin("GET", f"/received?vendor={vendor}&offset={len(calls)}")
            calls += page["calls"]
            if not page["calls"] or len(calls) >= page["count"]:
                return calls

    def broadest_feed(self) -> str:
        """The ContactBased feed of the most domains, as the vendor itself tells it: a month of it names people on
        any day (of 300 at least 85 on 31 days over a year), a narrow one may name nobody, or one person of whom
        a bundle knows nothing (2026-11-30).
        """
        endpoint = ENDPOINTS["contactbased.feeds"]
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal.open(f"sqlite:///{folder}/journal.db")
            asked = [question(endpoint, "feeds", "organization", "self", "{}", None)]
            run_wave(self.context(journal), [EndpointWork(endpoint, asked)])
            with journal.engine.connect() as con:
                bodies = con.scalars(select(answers.c.body).where(answers.c.body.is_not(None))).all()
            journal.close()
        feeds = [feed for body in bodies for feed in json.loads(zstandard.decompress(body))["items"]]
        return str(max(feeds, key=lambda feed: feed["domain_count"])["feed_id"])

    def context(self, journal: Journal, **changes: Any) -> ExtractContext:
        """A context whose every URL and key is the sandbox's; waits are short, nothing else differs from a run."""
        stop = Stop()
        secrets = dict(self.variables) | changes.pop("secrets", {})
        return ExtractContext(
            **{
                "journal": journal,
                "transport": HttpClient(
                    ca_bundle=self.variables["CONTACTABLE_CA_BUNDLE"],
                    read_timeout=changes.pop("read_timeout", 20.0),
                    max_answer_bytes=changes.pop("max_answer_bytes", 64 * 1024 * 1024),
                ),
                "limiters": {v: RateLimiter(RateLimit(None, 4), sleep=stop.sleep) for v in VENDORS},
                "in_flight": dict.fromkeys(VENDORS, 4),
                "budgets": Budgets(),
                "run_id": "contract",
                "url": lambda variable: self.variables.get(variable, DEFAULT_URLS[variable]),
                "secret": lambda names: next((secrets[n] for n in names if secrets.get(n)), None),
                "stop": stop,
                "tally": Tally(),
                "redactor": Redactor(b"key"),
                "poll_seconds": 0.02,
                "allow_loopback_downloads": True,
                **changes,
            }
        )


@contextmanager
def serve_sandbox(directory: Path, people: int = 300, seed: int = 7) -> Iterator[SandboxServer]:
    with running(directory, SandboxSettings(people=people, seed=seed)) as variables:
        yield SandboxServer(dict(variables))
