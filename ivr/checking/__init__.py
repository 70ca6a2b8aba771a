"""Checking a tree: text in, mistakes out. :func:`check` tells all of them, :func:`read` gives the tree or the first."""

from ivr.checking.check import check, read
from ivr.checking.problem import Problem
from ivr.checking.surroundings import TEXT_MS, Limits, Surroundings

__all__ = ["TEXT_MS", "Limits", "Problem", "Surroundings", "check", "read"]
