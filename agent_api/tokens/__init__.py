"""Tokens with which other systems ask the API."""
