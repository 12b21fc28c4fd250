"""Hold the results of an analysis as plain values, name them, and read and write numbers.json."""
