# callback_swap_ema_weights ----

callback_swap_ema_weights()
#> callback_swap_ema_weights()

# callback_csv_logger ----

callback_csv_logger("log.csv")
#> callback_csv_logger(filename = "log.csv")

# callback_model_checkpoint ----

callback_model_checkpoint("best.rdeep", save_best_only = TRUE)
#> callback_model_checkpoint(filepath = "best.rdeep", save_best_only = TRUE)

# callback_backup_and_restore ----

callback_backup_and_restore("backup")
#> callback_backup_and_restore(backup_dir = "backup")

# callback_remote_monitor ----

callback_remote_monitor("http://localhost:9000")
#> callback_remote_monitor()

# callback_tensorboard ----

callback_tensorboard("logs")
#> callback_tensorboard()

# callback_reduce_lr_on_plateau ----

callback_reduce_lr_on_plateau(factor = 0.5, patience = 3)
#> callback_reduce_lr_on_plateau(factor = 0.5, patience = 3)

# callback_one_cycle ----

callback_one_cycle(max_learning_rate = 0.01)
#> callback_one_cycle(max_learning_rate = 0.01)

# callback_early_stopping ----

callback_early_stopping(patience = 5, restore_best_weights = TRUE)
#> callback_early_stopping(patience = 5, restore_best_weights = TRUE)

# callback_terminate_on_nan ----

callback_terminate_on_nan()
#> callback_terminate_on_nan()
