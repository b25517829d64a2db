"""The service: diaries, appointments, messages and the people who use them."""
