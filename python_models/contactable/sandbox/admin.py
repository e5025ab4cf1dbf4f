"""The sandbox's own surface under `/__sandbox`: clock, faults, charges, switches, limits, routes, stop. No
vendor has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from contactable.sandbox import faults
from contactable.sandbox.clock import iso
from contactable.sandbox.tariff import BadTariffError, Tariff
from contactable.sandbox.vendor import BadBodyError, Call, Provenance, Reply, Route, Sandbox, Vendor

PREFIX = "/__sandbox"
_PAGE = 10_000


class Admin:
    """Handlers over one sandbox and its vendors. Anybody on this machine may call them: the server listens on
    loopback only.
    """

    def __init__(self, sandbox: Sandbox, vendors: Sequence[Vendor], stop: Callable[[], None]) -> None:
        self._sandbox = sandbox
        self._vendors = {vendor.name: vendor for vendor in vendors}
        self._stop = stop

    def vendor(self) -> Vendor:
        """The surface as one more vendor of the application; needs no key."""

        def route(method: str, path: str, handler: Callable[[Call], Reply]) -> Route:
            name = path.strip("/").replace("/", "_")
            return Route(method, path, handler, name, Provenance.ASSUMED, "the sandbox's own", open=True)

        return Vendor(
            "sandbox",
            PREFIX,
            [
                route("GET", "/meta", self.meta),
                route("GET", "/clock", self.clock),
                route("POST", "/clock", self.set_clock),
                route("GET", "/faults", self.faults),
                route("POST", "/faults", self.add_fault),
                route("DELETE", "/faults", self.clear_faults),
                route("GET", "/received", self.received),
                route("GET", "/charges", self.charges),
                route("DELETE", "/charges", self.clear_charges),
                route("POST", "/switches", self.set_switch),
                route("POST", "/tariffs", self.set_tariff),
                route("GET", "/limits", self.limits),
                route("POST", "/limits", self.set_limits),
                route("POST", "/latency", self.set_latency),
                route("POST", "/new_run", self.new_run),
                route("POST", "/actions/{vendor}/{action}", self.act),
                route("POST", "/stop", self.stop),
            ],
            authenticate=lambda _call: None,
            error=lambda status, message: Reply(status, {"message": message}),
            key=lambda _call: "",
            environment=lambda base: {"SANDBOX_ADMIN_URL": base + PREFIX},
        )

    def meta(self, _call: Call) -> Reply:
        """The world's size, and every route with where its behaviour is known from."""
        world = self._sandbox.world
        return Reply(
            200,
            {
                "notice": "An invented world. None of this is a vendor's data, and no vendor had a part in it.",
                "world": {"people": world.size, "seed": world.seed, "today": world.today.isoformat()},
                "clock": self._sandbox.clock.text(),
                "limits_on": self._sandbox.limits_on,
                "vendors": {name: self._describe(vendor) for name, vendor in self._vendors.items()},
            },
        )

    def _describe(self, vendor: Vendor) -> dict[str, Any]:
        limit = vendor.rate_limit
        return {
            "rate_limit": None if limit is None else {"calls": limit.calls, "seconds": limit.seconds},
            "switches": {
                name: {
                    "value": self._sandbox.switch(vendor, name),
                    "values": list(switch.values),
                    "note": switch.note,
                }
                for name, switch in vendor.switches.items()
            },
            "actions": sorted(vendor.actions),
            "routes": [
                {
                    "method": route.method,
                    "path": vendor.prefix + route.path,
                    "endpoint": route.endpoint,
                    "provenance": route.provenance,
                    "note": route.note,
                    "shape_faults": list(route.faults),
                }
                for route in vendor.routes
            ],
        }

    # --- clock ------------------------------------------------------------------------------------------------

    def clock(self, _call: Call) -> Reply:
        return Reply(200, {"now": self._sandbox.clock.text(), "today": self._sandbox.clock.today().isoformat()})

    def set_clock(self, call: Call) -> Reply:
        """`{"now": "2026-11-22T08:00:00Z"}`, `{"today": "2026-11-22"}` or `{"advance_days"|"advance_seconds":
        n}`.
        """
        body = call.json_object()
        clock = self._sandbox.clock
        try:
            if "now" in body:
                clock.set(datetime.fromisoformat(str(body["now"])))
            elif "today" in body:
                day = date.fromisoformat(str(body["today"]))
                clock.set(datetime.combine(day, clock.now().timetz()))
            else:
                days, seconds = float(body.get("advance_days", 0)), float(body.get("advance_seconds", 0))
                clock.advance(timedelta(days=days, seconds=seconds))
        except (ValueError, TypeError, OverflowError) as error:
            raise BadBodyError(str(error)) from error
        return self.clock(call)

    # --- faults -----------------------------------------------------------------------------------------------

    def faults(self, _call: Call) -> Reply:
        known = {f.name: {"meaning": f.meaning, "usual_rate": f.rate or "once"} for f in faults.FAULTS.values()}
        return Reply(200, {"active": [_rule(rule) for rule in self._sandbox.faults.rules], "known": known})

    def add_fault(self, call: Call) -> Reply:
        """`{"name": "http_500", "vendor"?: , "endpoint"?: , "rate"?: 0.1 | "count"?: 3}` or `{"faults":
        "http_500*3,..."}`.
        """
        body = call.json_object()
        try:
            if "faults" in body:
                rules = [faults.parse(text) for text in str(body["faults"]).split(",") if text.strip()]
            else:
                rate, count = body.get("rate"), body.get("count")
                rules = [
                    faults.rule(
                        str(body.get("name")),
                        body.get("vendor"),
                        body.get("endpoint"),
                        rate=None if rate is None else float(rate),
                        count=None if count is None else int(count),
                    )
                ]
        except (ValueError, TypeError) as error:
            raise BadBodyError(str(error)) from error
        for rule in rules:
            self._sandbox.faults.add(rule)
        return self.faults(call)

    def clear_faults(self, call: Call) -> Reply:
        self._sandbox.faults.clear()
        return self.faults(call)

    # --- charges ----------------------------------------------------------------------------------------------

    def charges(self, call: Call) -> Reply:
        """`?vendor=&endpoint=&offset=&limit=`: totals per endpoint of everything, entries of what was asked
        for.
        """
        query = call.query
        try:
            offset, limit = int(query.get("offset", "0")), int(query.get("limit", str(_PAGE)))
        except ValueError as error:
            raise BadBodyError(str(error)) from error
        book = self._sandbox.charges
        entries = book.select(query.get("vendor", ""), query.get("endpoint", ""))
        return Reply(
            200,
            {
                "count": len(entries),
                "credits": sum(entry.credits for entry in entries),
                "endpoints": book.totals(),
                "charges": [
                    {
                        "number": entry.number,
                        "vendor": entry.vendor,
                        "endpoint": entry.endpoint,
                        "subject": entry.subject,
                        "credits": entry.credits,
                        "charged_at": iso(entry.charged_at),
                        "caller": entry.caller,
                    }
                    for entry in entries[offset : offset + limit]
                ],
            },
        )

    def received(self, call: Call) -> Reply:
        """`?vendor=&offset=`: the calls that arrived (the last 50,000), refused ones too, in order."""
        vendor = call.query.get("vendor", "")
        try:
            offset = int(call.query.get("offset", "0"))
        except ValueError as error:
            raise BadBodyError(str(error)) from error
        calls = [entry for entry in self._sandbox.received if vendor in ("", entry.vendor)]
        page = [asdict(entry) for entry in calls[offset : offset + _PAGE]]
        return Reply(200, {"count": len(calls), "calls": page})

    def clear_charges(self, call: Call) -> Reply:
        self._sandbox.charges.clear()
        return self.charges(call)

    # --- switches and limits ----------------------------------------------------------------------------------

    def set_switch(self, call: Call) -> Reply:
        """`{"vendor": "bigdbm", "name": "hem", "value": "sha256"}`."""
        body = call.json_object()
        vendor = self._vendors.get(str(body.get("vendor")))
        if vendor is None or body.get("name") not in vendor.switches:
            return Reply(404, {"message": "no such vendor or switch"})
        try:
            self._sandbox.set_switch(vendor, str(body["name"]), body.get("value"))
        except ValueError as error:
            raise BadBodyError(str(error)) from error
        return Reply(200, self._describe(vendor)["switches"])

    def set_tariff(self, call: Call) -> Reply:
        """`{"vendor": "bigdbm", "endpoint": "intent_create_list", "unit": "record"}` and what `Tariff.read` knows;
        without a unit the vendor charges as it did.
        """
        body = call.json_object()
        vendor = self._vendors.get(str(body.get("vendor")))
        known = {route.endpoint for route in vendor.routes} if vendor is not None else set()
        if vendor is None or body.get("endpoint") not in known:
            return Reply(404, {"message": "no such vendor or endpoint"})
        place = (vendor.name, str(body["endpoint"]))
        self._sandbox.tariffs.pop(place, None)
        if body.get("unit") is not None:
            try:
                self._sandbox.tariffs[place] = Tariff.read(body)
            except BadTariffError as error:
                raise BadBodyError(str(error)) from error
        return Reply(200, {"tariffs": [".".join(name) for name in self._sandbox.tariffs]})

    def limits(self, _call: Call) -> Reply:
        """Whether limits are enforced, and how many calls each vendor has refused for them."""
        return Reply(200, {"limits_on": self._sandbox.limits_on, "refused": self._sandbox.refused})

    def set_latency(self, call: Call) -> Reply:
        """`{"ms": 50}`: how long every answer of a vendor is withheld."""
        try:
            milliseconds = float(call.json_object()["ms"])
        except (KeyError, ValueError, TypeError) as error:
            raise BadBodyError(f"ms is needed: {error}") from error
        if not 0 <= milliseconds <= 60_000:
            raise BadBodyError("ms is between 0 and 60000")
        self._sandbox.latency_seconds = milliseconds / 1_000
        return Reply(200, {"ms": milliseconds})

    def set_limits(self, call: Call) -> Reply:
        """`{"on": true}`: enforce the vendors' rate limits; `{"vendor", "calls", "seconds"}` changes one and
        switches on.
        """
        body = call.json_object()
        if "vendor" in body:
            vendor = self._vendors.get(str(body["vendor"]))
            if vendor is None:
                return Reply(404, {"message": "no such vendor"})
            try:
                self._sandbox.set_limit(vendor, int(body["calls"]), float(body["seconds"]))
            except (KeyError, ValueError, TypeError) as error:
                raise BadBodyError(f"calls and seconds are needed: {error}") from error
        self._sandbox.limits_on = bool(body.get("on", True))
        return Reply(200, {"limits_on": self._sandbox.limits_on})

    # --- actions ----------------------------------------------------------------------------------------------

    def new_run(self, call: Call) -> Reply:
        """Every vendor that has daily runs gets a new one."""
        body = call.json_object() if call.body else {}
        done = {name: v.actions["new_run"](body) for name, v in self._vendors.items() if "new_run" in v.actions}
        return Reply(200, done)

    def act(self, call: Call) -> Reply:
        """One action of one vendor; the actions are listed by `/meta`."""
        vendor = self._vendors.get(call.params["vendor"])
        action = vendor.actions.get(call.params["action"]) if vendor else None
        if action is None:
            return Reply(404, {"message": "no such vendor or action"})
        return Reply(200, action(call.json_object() if call.body else {}))

    def stop(self, _call: Call) -> Reply:
        """Ends the server after this answer."""
        self._stop()
        return Reply(200, {"stopping": True})


def _rule(rule: faults.Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "vendor": rule.vendor,
        "endpoint": rule.endpoint,
        "rate": rule.rate,
        "left": rule.left,
        "hits": rule.hits,
    }
