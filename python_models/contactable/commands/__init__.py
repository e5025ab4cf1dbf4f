"""What each command does, in a module of its name; ``cli.py`` only reads arguments."""
