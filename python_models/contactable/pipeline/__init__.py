"""The main job, step by step: first-party list and vendors in, gated marts out.

    first-party list, settings -> raw
    for each wave:  worklists (dbt) -> extract -> journal -> segments -> raw
    dbt build -> gates -> publish -> report

Each step is a function that a command may call by itself.
"""

from contactable.pipeline.asking import (
    WAVES,
    build_waterfall,
    build_worklists,
    call_context,
    extract_wave,
    extract_waves,
    look_for_lost,
)
from contactable.pipeline.inputs import load_inputs, seal_and_load
from contactable.pipeline.models import BuildError
from contactable.pipeline.opening import Run, open_run
from contactable.pipeline.showing import build, check_thresholds, gate, page_of, publish, what_failed, write_page

__all__ = [
    "WAVES",
    "BuildError",
    "Run",
    "build",
    "build_waterfall",
    "build_worklists",
    "call_context",
    "check_thresholds",
    "extract_wave",
    "extract_waves",
    "gate",
    "load_inputs",
    "look_for_lost",
    "open_run",
    "page_of",
    "publish",
    "seal_and_load",
    "what_failed",
    "write_page",
]
