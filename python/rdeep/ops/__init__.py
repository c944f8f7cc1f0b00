"""Array functions under one set of names. Each engine has its own in `rdeep.backends`."""
