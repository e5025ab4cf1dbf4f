"""Why and how a command ends: the request to stop, deadlines, signals, exit codes."""
