"""What each command does; ``cli.py`` only reads arguments. Every function returns an exit code."""

from contactable.commands.books import status
from contactable.commands.examination import doctor
from contactable.commands.explaining import explain
from contactable.commands.invocation import Invocation
from contactable.commands.people import erase, suppress
from contactable.commands.planning import plan
from contactable.commands.readers import report, rollback
from contactable.commands.reconciling import reconcile
from contactable.commands.running import build, extract, gate, load, publish, run
from contactable.commands.tracing import trace

__all__ = [
    "Invocation",
    "build",
    "doctor",
    "erase",
    "explain",
    "extract",
    "gate",
    "load",
    "plan",
    "publish",
    "reconcile",
    "report",
    "rollback",
    "run",
    "status",
    "suppress",
    "trace",
]
