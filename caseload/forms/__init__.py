"""Forms of children, their dated facts, and pools: shape and words only, the services hold the truth."""
