"""Who is who: connected components over records and the identifiers they carry.

Called from the dbt Python model ``int_identity__clusters``. Knows no other room of the package.
"""

from contactable.identity.components import assign_anchors, component_labels

__all__ = ["assign_anchors", "component_labels"]
