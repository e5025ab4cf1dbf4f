"""Every write point of the program, for people.

``CYCLE`` is what the short cycle (``crash.cycle``) reaches. A test compares it with a recording: a name that no
run reaches is dead, a write that is missing here is not covered, and both fail. ``contactable run`` also reaches
``WHOLE_RUN`` (``sealing_home``: with a journal on PostgreSQL), and ``contactable erase`` also reaches ``ERASE``;
the long campaign records both and refuses a point that is missing here. To record one:
``python -m support.kill_points '{"record": FILE}' run ...``.
"""

from collections.abc import Iterable


def _each(text: str) -> tuple[str, ...]:
    """``function: change, change`` -> one name a change."""
    return tuple(
        f"{function.strip()}: {change.strip()}"
        for line in text.strip().splitlines()
        for function, _, changes in [line.partition(":")]
        for change in changes.split(",")
    )


CYCLE = _each("""
    clock.go_on_in: after creating a file, before replace, after replace
    home.home.Home.at: after mkdir, after creating a file, after unlink
    home.home.Home._locked: after creating a file
    home.home.Home._named: after mkdir, after creating a file, before rename, after rename, after unlink
    home.home.Home.redaction_key: after creating a file, after link, after unlink
    home.home.Home.warehouse_turn: after creating a file
    journal.store.Journal.open: before commit, after commit
    journal.runs.Runs.begin_run: before commit, after commit
    journal.settlements.Settlements.recover: before commit, after commit
    journal.reservations.Reservations.reserve: before commit, after commit
    journal.reservations.Reservations.count_attempt: before commit, after commit
    journal.settlements.Settlements.settle: before commit, after commit
    journal.rates.Rates.change_rate: before commit, after commit
    journal.runs.Runs.note_step: before commit, after commit
    journal.reservations.Reservations.reject: before commit, after commit
    journal.extractions.Extractions.open_extraction: before commit, after commit
    journal.extractions.Extractions.update_extraction: before commit, after commit
    journal.settlements.Settlements.correct_charge: before commit, after commit
    journal.runs.Runs.end_run: before commit, after commit
    http: before sending, status known, reply in memory
    journal.sealing._alone: after creating a file
    journal.sealing._assign: before commit, after commit
    journal.sealing._directory: after mkdir, after fsync
    journal.sealing._publish: after creating a file, after fsync, before replace, after replace
    journal.sealing._settle: before commit, after commit
    warehouse.duckdb._prepare: after mkdir
    warehouse.raw_tables.create_raw_tables: before commit, after commit
    warehouse.candidate.note_change: after update
    warehouse.settings.write_settings: before commit, after commit
    warehouse.first_party.load_first_party: before commit, after commit
    pipeline.load._load_inputs: after connecting, before closing
    warehouse.load.load: after connecting, after checkpoint, before closing
    warehouse.load._load_segment: before commit, after commit
    warehouse.journal_sync._sync: before commit, after commit
    privacy.suppression._Ledger.__enter__: after creating a file
    privacy.suppression._Ledger.append: after ftruncate, after creating a file, after fsync
    privacy.suppression._insert: after connecting, after create, before commit, after commit, before closing
    privacy.suppression.known_hashes: after connecting, before closing
    publish.layout.exclusive: after mkdir, after creating a file
    publish.layout.start_building: after mkdir
    publish.layout.finish_building: after creating a file, after fsync, before rename, after rename
    publish.layout._point: after symlink, before replace, after replace
    publish.layout.switch: after fsync
    publish.layout.mark_shown: after creating a file, after fsync
    publish.layout.remove: before rename, after rename, before rmtree, after unlink, after rmtree
    publish.sql.attach: after attach
    publish.publication._copy_marts: after create
    publish.publication._build: after mkdir, after copy, after checkpoint, after detach
    publish.publication._spilling: before rmtree, after rmtree
    publish.publication.publish: before rmtree, after rmtree
    publish.publication.record_current: after connecting, after create, before commit, after commit, before closing
    publish.pseudonymous.write_pseudonymous: after create
    publish.anchors.find_anchors: after insert, after drop
    publish.keying.Secret.store: after creating a file, after fsync, before replace, after replace
""")

WHOLE_RUN = _each("""
    warehouse.dbt_runner.DbtProject._borrow_parse: after mkdir
    warehouse.dbt_runner.DbtProject._lend_parse: after mkdir, before replace, after replace
    pipeline.build._Plan.record: after connecting, before closing
    warehouse.freshness.record_built: before commit, after commit
    warehouse.candidate.count_standing: after update
    dbt: before commit, after commit, before a node, after a node
    home.home.Home.worklist_copies: after mkdir, after creating a file, before rmtree, after unlink, after rmtree
    warehouse.worklists._execute: after copy
    journal.runs.Runs.beat: before commit, after commit
    journal.store.Journal.sealing_home: before commit, after commit
    matching.judging.judge: after create
    gates.checkpoint.judge: after connecting, before closing
    gates.checkpoint._prepare: after create
    gates.checkpoint._record: before commit, after commit
    publish.publication._copy_comments: after comment
    publish.report.write_report: after mkdir
    publish.report._replace: after creating a file, after fsync, before replace, after replace
""")

ERASE = _each("""
    privacy.erasure.erase: after connecting, before closing
    privacy.pending.write: after creating a file, after fsync, before replace, after replace
    privacy.segments._rewrite: after creating a file, after fsync, before replace, after replace
    privacy.journal.scrub_journal: before commit, after commit
    publish.publication.rewrite: after mkdir, after copytree, after unlink, before rmtree, after rmtree
    privacy.databases.scrub_directory: after connecting, before commit
    privacy.databases.scrub_directory: after commit, after checkpoint, before closing
    privacy.databases.rebuild: after creating a file, after unlink, after attach, after copy, after checkpoint
    privacy.databases.rebuild: after detach, after fsync, before replace, after replace
    privacy.databases.rebuild: before rmtree, after rmtree
    privacy.databases.scrub_parquet: after copy, after fsync, before replace, after replace
    publish.publication._write_pseudonymous_file: after checkpoint, after detach
    publish.publication._write_pseudonymous_file: after fsync, before replace, after replace
    privacy.files._remove: before rmtree, after unlink, after rmtree
    privacy.databases.scrub_warehouse: after connecting, before commit
    privacy.databases.scrub_warehouse: after commit, after checkpoint, before closing
    privacy.pending.remove: after unlink
    warehouse.candidate.note_rewrite_in: after connecting, before closing
    warehouse.freshness.forget_built: after drop
""")


def unnamed(reached: Iterable[str]) -> list[str]:
    """Write points that no list above has."""
    return sorted(set(reached) - {*CYCLE, *WHOLE_RUN, *ERASE})
