"""Pure time: intervals, interval sets, zones, grids and recurrence rules."""
