"""Tests of repairs: the fewest changes to a published week, and where its appointments go."""
