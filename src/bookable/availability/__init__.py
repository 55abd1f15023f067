"""What is free, and why not: feasibility, the joint decision, search, explanation."""
