"""The flow of cases as data, and its rules: pure, and without a database, a network or a clock of its own."""
