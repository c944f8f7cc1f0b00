"""Files that others wrote, as plain data and arrays: nothing in them is imported or run."""
