# layer_add ----

x <- layer_input(4)
y <- layer_input(4)
layer_add(list(x, y))

# layer_subtract ----

x <- layer_input(4)
y <- layer_input(4)
layer_subtract(list(x, y))

# layer_multiply ----

x <- layer_input(4)
y <- layer_input(4)
layer_multiply(list(x, y))

# layer_average ----

x <- layer_input(4)
y <- layer_input(4)
layer_average(list(x, y))

# layer_maximum ----

x <- layer_input(4)
y <- layer_input(4)
layer_maximum(list(x, y))

# layer_minimum ----

x <- layer_input(4)
y <- layer_input(4)
layer_minimum(list(x, y))

# layer_concatenate ----

x <- layer_input(4)
y <- layer_input(3)
layer_concatenate(list(x, y))

# layer_dot ----

x <- layer_input(4)
y <- layer_input(4)
layer_dot(list(x, y), axes = 2)
