"""Array functions: complete on NumPy, and what every engine's array functions are composed of.

`numpy` holds every function of `rdeep.ops` on NumPy's arrays. `composed` holds those that can be
said in terms of others, once for all engines. The modules beside them hold the arithmetic that
needs no arrays: shapes, windows, patterns, keys of random numbers.
"""
