"""Pages after acceptance."""
