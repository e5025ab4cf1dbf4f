"""The four vendors as a local HTTPS server over one invented world.

Nothing here is a vendor: every person, household, employer, address and number is invented, only reserved
domains, 555-01xx numbers and documentation IPs occur, and every answer carries ``X-Contactable-Sandbox: not a
vendor``.

The room imports none of the client's rooms, so that client and sandbox cannot share a mistake, and nothing but
the command line and the tests imports it.
"""
