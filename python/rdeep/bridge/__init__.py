"""The interface that R calls: calls, functions and layers written in R, tensors, services."""
