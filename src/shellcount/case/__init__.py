"""The case file: its format, reading and checking it, what-if changes, and a blank one to start from."""
