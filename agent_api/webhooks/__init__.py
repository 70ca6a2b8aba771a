"""Other systems subscribe to what happens to cases."""
