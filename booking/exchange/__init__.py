"""Files of other systems, in and out: one module a file."""
