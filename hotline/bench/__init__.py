"""Measurements: one file a bench; each ends with one JSON line (:mod:`hotline.bench.report`)."""
