# What the package remembers during a session: the door to the core, the last
# Python traceback, and where R's random numbers stood.
state <- new.env(parent = emptyenv())
