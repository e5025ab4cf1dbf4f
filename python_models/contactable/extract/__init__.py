"""Buying what the worklists say, once, within a budget.

Knows vendors (declarations), http (sending) and journal (what was sent); not the warehouse: worklist rows are
handed in, answers leave through the journal's segments.
"""

from contactable.extract.context import ExtractContext
from contactable.extract.executor import EndpointWork, run_wave, steps_of
from contactable.extract.tally import EndpointTally, Tally

__all__ = ["EndpointTally", "EndpointWork", "ExtractContext", "Tally", "run_wave", "steps_of"]
