"""Who read and changed what: noted, chained, verified, and shown to auditors."""
