"""``contactable.yml`` and the environment, checked."""
