"""Spread work over processes or machines, and resume it after an interruption."""
