# op_nansum ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nansum(x, axis = 1)
#> <tensor float32 (3)>
#> [1] 1 7 6

# op_nanprod ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanprod(x, axis = 1)
#> <tensor float32 (3)>
#> [1]  1 12  6

# op_nanmean ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanmean(x, axis = 1)
#> <tensor float32 (3)>
#> [1] 1.0 3.5 6.0

# op_nanvar ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanvar(x, axis = 1)
#> <tensor float32 (3)>
#> [1] 0.00 0.25 0.00

# op_nanstd ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanstd(x, axis = 1)
#> <tensor float32 (3)>
#> [1] 0.0 0.5 0.0

# op_nanmax ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanmax(x, axis = 1)
#> <tensor float32 (3)>
#> [1] 1 4 6

# op_nanmin ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanmin(x, axis = 1)
#> <tensor float32 (3)>
#> [1] 1 3 6

# op_nanmedian ----

x <- matrix(c(1, NaN, 3, 4, NaN, 6), 2)
op_nanmedian(x, axis = 2)
#> <tensor float32 (2)>
#> [1] 2 5

# op_nanquantile ----

op_nanquantile(c(1, NaN, 2, 3), c(0.25, 0.5))
#> <tensor float32 (2)>
#> [1] 1.5 2.0

# op_nanpercentile ----

op_nanpercentile(c(1, NaN, 2, 3), 50)
#> <tensor float32 ()>
#> [1] 2

# op_nanargmax ----

op_nanargmax(c(3, NaN, 9))
#> <tensor int32 ()>
#> [1] 3

# op_nanargmin ----

op_nanargmin(c(3, NaN, 9))
#> <tensor int32 ()>
#> [1] 1

# op_nancumsum ----

op_nancumsum(c(1, NaN, 3))
#> <tensor float32 (3)>
#> [1] 1 1 4

# op_nancumprod ----

op_nancumprod(c(2, NaN, 3))
#> <tensor float32 (3)>
#> [1] 2 2 6
