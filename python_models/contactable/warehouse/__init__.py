"""The warehouse: raw tables, loading, first-party lists, settings, dbt, worklists.

``warehouse.duckdb`` has one writer at a time. Python writes the schema ``raw`` only, dbt writes everything else,
and each opens the file for as long as it works and no longer. Nothing here decides what to buy or what a record
means.
"""
