"""Offer the library as commands: one a stage, each a thin layer over a function."""
