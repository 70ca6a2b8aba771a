"""How content callers are: marks given in surveys and ratings of call-backs."""
