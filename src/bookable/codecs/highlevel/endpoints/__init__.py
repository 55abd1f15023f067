"""What each endpoint of the HighLevel API does: reads, asks the engine, writes."""
