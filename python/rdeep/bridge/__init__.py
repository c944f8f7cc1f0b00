"""R's door to the core: calls, functions and layers written in R, tensors, services."""
