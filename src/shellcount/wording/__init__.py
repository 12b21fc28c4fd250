"""Turn numbers into text: rounding, phrases, scales of probability words and tables."""
