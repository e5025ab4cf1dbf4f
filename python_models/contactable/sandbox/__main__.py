"""`python -m contactable.sandbox serve`: the sandbox from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from contactable.sandbox.faults import FAULTS, UnknownFaultError
from contactable.sandbox.server import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: clean stop, 1: the port is taken, 2: wrong argument, 130: broken off before it served."""
    parser = argparse.ArgumentParser(
        prog="contactable.sandbox", description="Four invented vendors over one invented world."
    )
    command = parser.add_subparsers(dest="command", required=True).add_parser("serve", help="serve until stopped")
    command.add_argument("--port", type=int, default=0, help="0 picks a free one (default)")
    command.add_argument("--people", type=int, default=2_000)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument(
        "--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD, default: today in UTC"
    )
    command.add_argument(
        "--dir", type=Path, default=Path("data/sandbox"), help="certificate, truth and first-party list"
    )
    command.add_argument(
        "--faults",
        default="",
        help="NAME[@VENDOR[.ENDPOINT]][:SHARE|*COUNT],... of " + ", ".join(FAULTS),
    )
    command.add_argument("--limits", action="store_true", help="enforce the vendors' rate limits")
    command.add_argument("--latency-ms", type=float, default=0.0, help="how long every answer is withheld")
    command.add_argument(
        "--truth-signal-days", type=int, default=0, help="also write the true signals of so many days"
    )
    command.add_argument("--first-party-share", type=float, default=0.3)
    command.add_argument("--first-party-broken", action="store_true", help="add lines that cannot be read")
    given = parser.parse_args(arguments)
    if given.people < 1:
        command.error("--people must be at least 1")
    try:
        serve(
            given.port,
            given.people,
            given.seed,
            [text for text in given.faults.split(",") if text.strip()],
            given.today,
            given.dir,
            limits=given.limits,
            latency_ms=given.latency_ms,
            truth_signal_days=given.truth_signal_days,
            first_party_share=given.first_party_share,
            first_party_broken=given.first_party_broken,
        )
    except UnknownFaultError as error:
        command.error(str(error))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        sys.stderr.write(f"cannot serve: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
