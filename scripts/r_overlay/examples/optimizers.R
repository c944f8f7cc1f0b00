# optimizer_adam ----

optimizer_adam()

# optimizer_adam_w ----

optimizer_adam_w()

# optimizer_adamax ----

optimizer_adamax()

# optimizer_nadam ----

optimizer_nadam()

# optimizer_lamb ----

optimizer_lamb()

# optimizer_sgd ----

optimizer_sgd()

# optimizer_lion ----

optimizer_lion()

# optimizer_muon ----

optimizer_muon()

# optimizer_loss_scale ----

optimizer_loss_scale(optimizer_adam(), initial_scale = 1024)

# optimizer_rmsprop ----

optimizer_rmsprop()

# optimizer_adagrad ----

optimizer_adagrad()

# optimizer_adadelta ----

optimizer_adadelta()

# optimizer_ftrl ----

optimizer_ftrl()

# optimizer_adafactor ----

optimizer_adafactor()
