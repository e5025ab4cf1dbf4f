"""The journal: every request made, what it cost, and its answer.

Knows no other room. The transactional promise (DESIGN: "the journal is the heart"):

* a request is *reserved*, budget checked, in one transaction, before a byte is sent;
* its answer and the settlement of its credits are written in one transaction;
* answers are then *sealed* into immutable Parquet segments, idempotently.
"""
