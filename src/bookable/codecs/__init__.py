"""Wire formats: each module turns the values of the ring into one outside form and back."""
