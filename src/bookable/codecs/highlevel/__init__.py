"""HighLevel: what its calendars API says and is told, as plain JSON data and as values of the engine."""
