"""The vocabulary of booking, as frozen values."""
