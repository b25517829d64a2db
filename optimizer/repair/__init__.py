"""Repairs a published week with the fewest changes: who works where, and where appointments go."""
