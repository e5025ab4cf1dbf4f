"""Tables of the journal (SQLAlchemy Core; SQLite by default, any database SQLAlchemy speaks by URL).

Times are ISO-8601 text in UTC with a trailing ``Z`` so that both databases sort and compare them alike.
``updated_seq`` grows with every change of a row; the warehouse reads what is newer than what it has. Money is
kept in millionths of the currency (whole numbers): sums of binary fractions drift, and a budget must not.
"""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

#: Raised with every change of a table below; a newer journal is refused by an older program.
SCHEMA_VERSION = 5

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: One command that sent something: who ran it, when, how it ended.
runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("exit_code", Integer),
    Column("holder", Text, nullable=False),  # for people: process, machine, command
    # For programs: is whoever reserved these calls still alive? The same machine since the same boot can look the
    # process up; anybody else goes by the heartbeat.
    Column("host", Text),
    Column("boot_id", Text),
    Column("pid", BigInteger),
    Column("process_started", Text),
    Column("heartbeat_at", Text),
    # For whoever looks while it runs, and afterwards: `contactable status`.
    Column("step", Text),  # what it does now, in words
    Column("step_started_at", Text),
    Column("deadline_at", Text),
    Column("reason", Text),  # why it ended with its exit code, in words
)

#: One row a call. States: reserved -> settled | refused | failed | ambiguous.
requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("vendor", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("wave", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False, default=1),
    # Of the attempts before: so many ended in a server error whose charge is not known (`on_server_error: retry`).
    Column("server_errors", Integer, nullable=False, server_default="0"),
    Column("extraction_id", Text),
    Column("page", Integer),
    Column("subjects", Text, nullable=False),  # JSON: [{"key", "type", "value"}] by position
    Column("options", Text, nullable=False),  # JSON object
    Column("subjects_asked", Integer, nullable=False),
    Column("repeatable", Integer, nullable=False),  # 1: free or idempotent, may be asked again after a crash
    Column("credits_quoted", Float, nullable=False),
    Column("credits_charged", Float),
    Column("money_quoted_micros", BigInteger),
    Column("money_charged_micros", BigInteger),
    # The terms of the day it was reserved, and what it counted: they decide what it costs, and which other billing
    # model would fit the vendor's book.
    Column("billing", Text),  # the model as contactable.yml writes it
    Column("volume_price", Text),  # JSON, where the price of a credit depends on the month's volume
    Column("subjects_matched", BigInteger),
    Column("records_returned", BigInteger),  # of a job: what it delivered, 0 when it failed
    Column("records_reserved", BigInteger),  # set aside for a job by the vendor
    Column("status_code", Integer),
    Column("error_rule", Text),
    Column("error_message", Text),
    Column("reserved_at", Text, nullable=False),
    Column("sent_at", Text),
    Column("settled_at", Text),
    Column("updated_seq", BigInteger, nullable=False),
    Index("ix_requests_state", "state"),
    Index("ix_requests_updated_seq", "updated_seq"),
    Index("ix_requests_extraction", "extraction_id"),
)

#: The answer as it came. ``body`` is zstd-compressed UTF-8 text and is dropped once it lies in a segment.
answers = Table(
    "answers",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("stream", Text, nullable=False),  # "<vendor>__<stream>", the raw table's name
    Column("body", LargeBinary),
    Column("body_bytes", BigInteger, nullable=False),
    Column("fetched_at", Text, nullable=False),
    Column("segment", Text),
    Column("sealed", Integer, nullable=False, default=0),
    Index("ix_answers_sealed", "sealed", "segment"),
)

#: The latest ask of each question: what keeps a stale worklist from buying twice.
asked = Table(
    "asked",
    metadata,
    Column("question_key", Text, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("subject_key", Text),  # endpoint, kind and value without the options: who was asked about at all
    Column("request_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("updated_seq", BigInteger, nullable=False),
    Index("ix_asked_request", "request_id"),
    Index("ix_asked_updated_seq", "updated_seq"),
)

#: What is committed against each budget: charged + reserved + ambiguous credits, kept with every state change.
spend = Table(
    "spend",
    metadata,
    Column("scope", Text, primary_key=True),  # total, vendor, or vendor/product
    Column("period", Text, primary_key=True),  # run:<id> | day:YYYY-MM-DD | month:YYYY-MM
    Column("credits", Float, nullable=False),
    Column("money_micros", BigInteger, nullable=False, server_default="0"),
)

#: Credits charged by month under a price that depends on the volume, kept with every charge.
volumes = Table(
    "volumes",
    metadata,
    Column("name", Text, primary_key=True),  # the price's name in contactable.yml
    Column("month", Text, primary_key=True),  # YYYY-MM
    Column("credits", Float, nullable=False),
)

#: When a vendor may be called next, shared by every process that uses this journal, and what its 429s taught us.
rates = Table(
    "rates",
    metadata,
    Column("vendor", Text, primary_key=True),
    Column("next_free_at", Float, nullable=False, server_default="0"),  # seconds since 1970 by the journal's clock
    Column("paused_until", Float, nullable=False, server_default="0"),  # by a 429
    Column("learned_per_minute", Float),
    Column("learned_at", Text),
)

#: Products that a vendor asked not to be called before a moment that a run could not wait for (429).
rests = Table(
    "rests",
    metadata,
    Column("vendor", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("until", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("noted_at", Text, nullable=False),
)

#: The source of updated_seq: one row.
sequence = Table("sequence", metadata, Column("name", Text, primary_key=True), Column("value", BigInteger))

#: Subjects never sent (a vendor's documented limit) or refused by the vendor one by one.
rejections = Table(
    "rejections",
    metadata,
    Column("rejection_id", Integer, primary_key=True, autoincrement=True),
    Column("question_key", Text, nullable=False, unique=True),
    Column("endpoint", Text, nullable=False),
    Column("vendor", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rejected_at", Text, nullable=False),
)

#: A read of many calls: a cursor followed to its end, or a job created, polled and fetched.
extractions = Table(
    "extractions",
    metadata,
    Column("extraction_id", Text, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("question_key", Text, nullable=False),
    Column("subject_key", Text),
    Column("run_id", Text, nullable=False),
    Column("state", Text, nullable=False),  # open | complete | abandoned | failed
    Column("pinned", Text),  # JSON: what must not move while reading (data day, cache key)
    Column("next_cursor", Text),
    Column("next_page", Integer, nullable=False, default=1),
    Column("pages_read", Integer, nullable=False, default=0),
    Column("rows_read", BigInteger, nullable=False, default=0),
    Column("rows_expected", BigInteger),
    Column("job_id", Text),
    Column("job_status", Text),
    Column("started_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("finished_at", Text),
    Index("ix_extractions_question", "question_key", "state"),
)
