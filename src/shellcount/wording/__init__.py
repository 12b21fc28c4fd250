"""Turn numbers into text: rounding, phrases and scales of probability words; nothing else does."""
