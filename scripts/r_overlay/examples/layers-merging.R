# layer_add ----

x <- layer_input(4)
y <- layer_input(4)
layer_add(list(x, y))
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_subtract ----

x <- layer_input(4)
y <- layer_input(4)
layer_subtract(list(x, y))
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_multiply ----

x <- layer_input(4)
y <- layer_input(4)
layer_multiply(list(x, y))
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_average ----

x <- layer_input(4)
y <- layer_input(4)
layer_average(list(x, y))
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_maximum ----

x <- layer_input(4)
y <- layer_input(4)
layer_maximum(list(x, y))
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_minimum ----

x <- layer_input(4)
y <- layer_input(4)
layer_minimum(list(x, y))
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_concatenate ----

x <- layer_input(4)
y <- layer_input(3)
layer_concatenate(list(x, y))
#> <SymbolicTensor shape=(NA, 7) dtype=float32>

# layer_dot ----

x <- layer_input(4)
y <- layer_input(4)
layer_dot(list(x, y), axes = 2)
#> <SymbolicTensor shape=(NA, 1) dtype=float32>
