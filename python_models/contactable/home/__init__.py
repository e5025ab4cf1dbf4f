"""The folder that holds everything written, its locks, and where its journal is."""
