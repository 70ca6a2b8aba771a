"""Speech from text, rendered off the call path."""
