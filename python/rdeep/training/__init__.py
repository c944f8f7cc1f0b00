"""What `compile` and `fit` do, for either engine."""
