"""Texts on their way out: channels, the worker under attack, and a stand-in for Twilio."""
