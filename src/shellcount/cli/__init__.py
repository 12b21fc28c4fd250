"""The command line: one command a stage, each a thin layer over the library."""
