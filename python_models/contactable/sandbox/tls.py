"""A certificate authority of the sandbox's own, kept in its directory so that a restart presents the same one."""

from __future__ import annotations

from pathlib import Path

import trustme

CA_NAME = "ca.pem"
SERVER_NAME = "server.pem"
_HOSTS = ("localhost", "127.0.0.1", "::1")


def certificates(directory: Path) -> tuple[Path, Path]:
    """(CA certificate, server certificate with key) in a directory; made when one of them is missing.

    The authority's own key is never written: nobody can sign anything else with it.
    """
    ca, server = directory / CA_NAME, directory / SERVER_NAME
    if not (ca.exists() and server.exists()):
        directory.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA(organization_name="contactable sandbox: not a vendor")
        issued = authority.issue_cert(*_HOSTS)
        server.unlink(missing_ok=True)
        server.touch(mode=0o600)
        issued.private_key_and_cert_chain_pem.write_to_path(str(server))
        authority.cert_pem.write_to_path(str(ca))
    return ca, server
