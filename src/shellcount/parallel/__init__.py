"""Spread work over processes or machines, resume it, and guard what a process has only once."""
