"""What every package may lean on: the shape of an error."""
