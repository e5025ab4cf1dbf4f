"""Who is who: connected components over records and the identifiers they carry.

Called from the dbt Python model ``int_identity__components``. Knows no other room of the package.
"""

from contactable.identity.components import resolve_components
from contactable.identity.labels import component_labels

__all__ = ["component_labels", "resolve_components"]
