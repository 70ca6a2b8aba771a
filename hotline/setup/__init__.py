"""What a machine needs before the hotline can run, and how it gets it."""
