"""The crash campaign: killed anywhere, run again until done, then compared with the sandbox's own charge book."""
