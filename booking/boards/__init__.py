"""What pages and lists show: one module a board, reading only."""
