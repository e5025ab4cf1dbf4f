"""The main job, step by step: first-party list and vendors in, gated marts out.

    first-party list, settings -> raw
    for each wave:  worklists (dbt) -> extract -> journal -> segments -> raw
    dbt build -> gates -> publish -> report

Each step is a function that a command may call by itself.
"""
