# A character GPT that writes like Jane Austen.
#
#   Rscript gpt.R [torch|tensorflow] [steps]
#
# The novels are those of the package janeaustenr. 1,500 steps take some minutes on a laptop.
library(rdeep)

arguments <- commandArgs(TRUE)
backend <- if (length(arguments) > 0) arguments[1] else "torch"
steps <- if (length(arguments) > 1) as.integer(arguments[2]) else 1500L
context <- 96L # characters that the model reads at most
batch_size <- 32L

# Codes from 0, in the order of the characters --------------------------------------------------

books <- janeaustenr::austen_books()
novel <- books$text[books$book %in% c("Pride & Prejudice", "Emma")]
text <- strsplit(paste(novel, collapse = "\n"), "")[[1]]
characters <- sort(unique(text), method = "radix")
codes <- match(text, characters) - 1L

# Windows that begin anywhere; what is to be predicted is always the next character.
windows <- function(count) {
  starts <- sample(length(codes) - context, count, replace = TRUE)
  at <- outer(starts, seq_len(context) - 1L, `+`)
  list(
    x = matrix(codes[at], count),
    y = matrix(codes[at + 1L], count)
  )
}

# The network: each block attends to what came before, then thinks about it ---------------------

layer_token_and_position <- Layer(
  "TokenAndPosition",
  initialize = function(vocabulary, context, width, ...) {
    super$initialize(...)
    self$context <- context
    self$tokens <- layer_embedding(input_dim = vocabulary, output_dim = width)
    self$positions <- layer_embedding(input_dim = context, output_dim = width)
  },
  call = function(x) {
    self$tokens(x) + self$positions(op_arange(0, self$context - 1L))
  }
)

gpt <- function(vocabulary, context, width = 96L, heads = 4L, blocks = 3L, rate = 0.1) {
  input <- layer_input(shape = context, dtype = "int32")
  x <- input |> layer_token_and_position(vocabulary, context, width)
  for (block in seq_len(blocks)) {
    attended <- x |>
      layer_layer_normalization() |>
      layer_multi_head_attention(
        num_heads = heads, key_dim = width %/% heads, use_causal_mask = TRUE
      ) |>
      layer_dropout(rate)
    x <- x + attended
    thought <- x |>
      layer_layer_normalization() |>
      layer_dense(4L * width, activation = "gelu") |>
      layer_dense(width) |>
      layer_dropout(rate)
    x <- x + thought
  }
  logits <- x |> layer_layer_normalization() |> layer_dense(vocabulary)
  keras_model(input, logits, backend = backend)
}

set_random_seed(1)
model <- gpt(length(characters), context)
print(model)

model |> compile(
  optimizer = optimizer_adam_w(
    learning_rate = learning_rate_schedule_cosine_decay(
      1e-4,
      decay_steps = steps, warmup_target = 3e-3, warmup_steps = min(100L, steps %/% 10L)
    ),
    weight_decay = 0.01
  ),
  loss = loss_sparse_categorical_crossentropy(from_logits = TRUE)
)
data <- windows(steps * batch_size)
model |> fit(data$x, data$y, epochs = 1, batch_size = batch_size)

# What it writes ---------------------------------------------------------------------------------

prompt <- "It is a truth universally acknowledged"
write <- function(...) {
  cat("\n---", deparse(substitute(list(...)))[1], "\n")
  cat(generate(model, prompt, 300, ..., tokenizer = characters, seed = 1), "\n")
}
write(temperature = 0)
write(temperature = 0.7)
write(temperature = 1, top_p = 0.9)
write(temperature = 1, top_k = 5)
