"""Attendance: failure-to-attend rates of offices, days, hours, leads and kinds, never persons."""
