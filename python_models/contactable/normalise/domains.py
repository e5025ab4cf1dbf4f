"""Domains in another alphabet as the network writes them (IDNA 2008, RFC 5891, with the mapping of UTS 46)."""

import idna


def ascii_domain(domain: str) -> str:
    """Return a domain's ASCII form; one that is ASCII, or that no registry would give, comes back as it is."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def ascii_address(email: str) -> str:
    """Return an e-mail address with its domain in ASCII; the part before the @ stays."""
    local_part, at, domain = email.rpartition("@")
    return f"{local_part}{at}{ascii_domain(domain)}"
