"""A citizen and an agent made of software: real SIP calls to the running hotline."""
