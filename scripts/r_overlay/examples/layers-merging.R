# layer_add ----

a <- layer_input(4)
b <- layer_input(4)
layer_add(list(a, b))

# layer_subtract ----

a <- layer_input(4)
b <- layer_input(4)
layer_subtract(list(a, b))

# layer_multiply ----

a <- layer_input(4)
b <- layer_input(4)
layer_multiply(list(a, b))

# layer_average ----

a <- layer_input(4)
b <- layer_input(4)
layer_average(list(a, b))

# layer_maximum ----

a <- layer_input(4)
b <- layer_input(4)
layer_maximum(list(a, b))

# layer_minimum ----

a <- layer_input(4)
b <- layer_input(4)
layer_minimum(list(a, b))

# layer_concatenate ----

a <- layer_input(4)
b <- layer_input(4)
layer_concatenate(list(a, b))

# layer_dot ----

a <- layer_input(4)
b <- layer_input(4)
layer_dot(list(a, b), axes = 2)
