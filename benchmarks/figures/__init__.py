"""What is measured of the engine itself: the goals of the design, operations, growth and memory."""
