"""Attendance: what came of appointments, forecast, and turned into how many to offer.

The only bridge to the optimizer's forecasts and levels. Offices, days, hours, lead times and
kinds go over it; a claimant never does.
"""
