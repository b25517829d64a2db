"""What leaves the service, texts and calendars, as pure functions and exchangeable channels."""
