# Where the boxes and arrows of a layered diagram go. Everything here counts in
# points, from a box to the ones that read it ("along") and beside it ("across");
# what is drawn and in which direction is the caller's business.

# Between boxes that follow each other, beside each other, and beside an arrow that
# goes past; between folded columns. Large diagrams are set tighter.
diagram_gaps <- function(boxes) {
  if (boxes > 12) {
    c(along = 14, across = 14, passing = 10, columns = 24)
  } else {
    c(along = 20, across = 16, passing = 12, columns = 32)
  }
}

# Places for boxes that are listed in an order in which each comes after those that
# it reads. `along` and `across` are the boxes' sizes, `figure` the size of the
# picture in the same order. A diagram too long for the picture is folded like a
# text into columns. Returns the boxes' centres, the arrows' paths and the extent.
lay_out <- function(from, to, along, across, figure, columns = NULL) {
  rank <- rank_boxes(length(along), from, to)
  grid <- add_dummy_nodes(rank, from, to, across)
  grid$gaps <- diagram_gaps(length(along))
  grid$place <- order_ranks(grid)
  grid$across <- spread_ranks(grid)
  depth <- as.vector(tapply(along, factor(rank, 0:max(rank)), max))
  grid$gap <- gaps_after(grid)
  grid$along <- c(along, depth[grid$rank[-seq_along(along)] + 1])
  choices <- columns %||% seq_len(min(8, length(fold_places(grid)) + 1))
  ways <- lapply(choices, function(columns) fold(grid, depth, columns))
  shown <- vapply(ways, function(way) min(1, figure / way$extent), 0)
  # Folding costs the reader an arrow; it has to make the writing clearly larger.
  way <- ways[[which.max(shown > 0.85 * max(shown))]]
  boxes <- seq_along(along)
  list(
    along = way$along[boxes],
    across = way$across[boxes],
    paths = trace_links(grid, way),
    extent = way$extent
  )
}

# Ranks ---------------------------------------------------------------------------

# A box stands one rank after the last that it reads, or as near to its readers as
# that allows where this makes arrows shorter.
rank_boxes <- function(n, from, to) {
  rank <- numeric(n)
  for (i in seq_len(n)) {
    rank[i] <- max(0, rank[from[to == i]] + 1)
  }
  for (i in rev(seq_len(n))) {
    readers <- to[from == i]
    if (length(readers) && length(readers) >= sum(to == i)) {
      rank[i] <- min(rank[readers]) - 1
    }
  }
  rank - min(rank)
}

# An arrow over several ranks passes through a place of its own in each of them, so
# that links join neighbouring ranks only.
add_dummy_nodes <- function(rank, from, to, across) {
  passing <- lapply(seq_along(from), function(k) {
    setdiff(seq(rank[from[k]], rank[to[k]]), rank[c(from[k], to[k])])
  })
  arrow <- rep(seq_along(from), lengths(passing))
  added <- length(rank) + seq_along(arrow)
  stops <- lapply(seq_along(from), function(k) c(from[k], added[arrow == k], to[k]))
  links <- lapply(stops, function(stop) cbind(stop[-length(stop)], stop[-1]))
  list(
    rank = c(rank, unlist(passing)),
    real = c(rep(TRUE, length(rank)), rep(FALSE, length(arrow))),
    size = c(across, rep(0, length(arrow))),
    stops = stops,
    links = do.call(rbind, c(links, list(matrix(0, 0, 2))))
  )
}

# Order within ranks --------------------------------------------------------------

# Sorts each rank by the mean place of its neighbours, down and up in turn, and keeps
# the order with the fewest crossings.
order_ranks <- function(grid) {
  place <- stats::ave(seq_along(grid$rank), grid$rank, FUN = seq_along)
  best <- place
  fewest <- crossings(grid, place)
  for (sweep in seq_len(8)) {
    if (fewest == 0) {
      break
    }
    place <- sort_ranks(grid, place, down = sweep %% 2 == 1)
    found <- crossings(grid, place)
    if (found < fewest) {
      best <- place
      fewest <- found
    }
  }
  best
}

sort_ranks <- function(grid, place, down) {
  side <- if (down) c(2, 1) else c(1, 2)
  ranks <- sort(unique(grid$rank), decreasing = !down)
  for (rank in ranks) {
    here <- which(grid$rank == rank)
    wanted <- vapply(here, function(i) {
      neighbours <- grid$links[grid$links[, side[1]] == i, side[2]]
      if (length(neighbours)) mean(place[neighbours]) else place[i]
    }, 0)
    place[here[order(wanted, place[here])]] <- seq_along(here)
  }
  place
}

crossings <- function(grid, place) {
  starts <- grid$links[, 1]
  ends <- grid$links[, 2]
  together <- outer(grid$rank[starts], grid$rank[starts], "==")
  before <- outer(place[starts], place[starts], "<")
  after <- outer(place[ends], place[ends], ">")
  sum(together & before & after)
}

# Places across -------------------------------------------------------------------

# Moves boxes towards the middle of their neighbours as far as the others in their
# rank allow. Boxes weigh more than passing arrows: the arrows make the detour.
spread_ranks <- function(grid) {
  weight <- ifelse(grid$real, 1000, 1)
  ranks <- lapply(sort(unique(grid$rank)), function(rank) {
    here <- which(grid$rank == rank)
    here[order(grid$place[here])]
  })
  offset <- numeric(length(grid$rank))
  for (here in ranks) {
    offset[here] <- cumsum(c(0, apart(grid, here)))
  }
  across <- offset
  for (sweep in seq_len(12)) {
    down <- sweep %% 2 == 1
    side <- if (down) c(2, 1) else c(1, 2)
    for (here in if (down) ranks else rev(ranks)) {
      wanted <- vapply(here, function(i) {
        neighbours <- grid$links[grid$links[, side[1]] == i, side[2]]
        if (length(neighbours) == 0) {
          return(across[i])
        }
        stats::weighted.mean(across[neighbours], weight[neighbours])
      }, 0)
      across[here] <- offset[here] + rising_mean(wanted - offset[here], weight[here])
    }
  }
  across
}

# How far apart the centres of neighbours in a rank have to be.
apart <- function(grid, here) {
  left <- here[-length(here)]
  right <- here[-1]
  both <- grid$real[left] & grid$real[right]
  gap <- ifelse(both, grid$gaps[["across"]], grid$gaps[["passing"]])
  (grid$size[left] + grid$size[right]) / 2 + gap
}

# The rising sequence nearest to `x` in weighted squares: neighbours that fall are
# pooled until none does.
rising_mean <- function(x, weight) {
  level <- numeric()
  mass <- numeric()
  count <- numeric()
  for (i in seq_along(x)) {
    level <- c(level, x[i])
    mass <- c(mass, weight[i])
    count <- c(count, 1)
    while (length(level) > 1 && level[length(level) - 1] > level[length(level)]) {
      last <- length(level) - 1:0
      pooled <- stats::weighted.mean(level[last], mass[last])
      level <- c(level[-last], pooled)
      mass <- c(mass[-last], sum(mass[last]))
      count <- c(count[-last], sum(count[last]))
    }
  }
  rep(level, count)
}

# The gap after each rank: the further an arrow goes aside, the more it needs.
gaps_after <- function(grid) {
  aside <- abs(grid$across[grid$links[, 1]] - grid$across[grid$links[, 2]])
  rank <- factor(grid$rank[grid$links[, 1]], 0:max(grid$rank))
  farthest <- vapply(split(aside, rank), function(x) max(0, x), 0, USE.NAMES = FALSE)
  grid$gaps[["along"]] + pmin(20, farthest / 8)
}

# Folding -------------------------------------------------------------------------

# A diagram may be folded between ranks that one arrow joins.
fold_places <- function(grid) {
  starts <- grid$rank[grid$links[, 1]]
  single <- tabulate(starts + 1, max(grid$rank) + 1) == 1
  plain <- vapply(seq_along(single) - 1, function(rank) {
    ends <- grid$links[starts == rank, ]
    single[rank + 1] && all(grid$real[ends])
  }, NA)
  # A box without readers ends its rank's column, but others may begin beside it.
  which(plain)
}

# Cuts the ranks into columns of about one length, and sets the columns side by side.
fold <- function(grid, depth, columns) {
  space <- depth + grid$gap
  cuts <- choose_cuts(space, fold_places(grid), columns)
  column <- findInterval(seq_along(depth), cuts + 1) + 1
  # Folded columns begin lower, under the arrow that arrives from the one before.
  top <- if (length(cuts)) grid$gaps[["along"]] / 2 else 0
  middle <- stats::ave(space, column, FUN = cumsum) - space + depth / 2 + top
  of_box <- column[grid$rank + 1]
  across <- grid$across
  start <- 0
  for (one in unique(of_box)) {
    inside <- which(of_box == one)
    low <- min(across[inside] - grid$size[inside] / 2)
    high <- max(across[inside] + grid$size[inside] / 2)
    across[inside] <- across[inside] - low + start
    start <- start + high - low + grid$gaps[["columns"]]
  }
  last <- !duplicated(column, fromLast = TRUE)
  length <- max((middle + depth / 2)[last]) + top
  list(
    along = middle[grid$rank + 1],
    across = across,
    column = of_box,
    gutter = fold_gutters(grid, across, of_box),
    extent = c(length, start - grid$gaps[["columns"]])
  )
}

# Where the arrows between columns run.
fold_gutters <- function(grid, across, column) {
  ends <- tapply(across + grid$size / 2, column, max)
  as.vector(ends) + grid$gaps[["columns"]] / 2
}

# The shortest column length with which so many columns are enough.
choose_cuts <- function(length, places, columns) {
  columns <- min(columns, length(places) + 1)
  limit <- sum(length) / columns
  repeat {
    cuts <- fill_columns(length, places, limit)
    if (length(cuts) < columns) {
      return(cuts)
    }
    limit <- limit * 1.02
  }
}

fill_columns <- function(length, places, limit) {
  ends <- cumsum(length)
  cuts <- integer()
  start <- 0
  for (i in seq_along(places)) {
    next_end <- c(ends[places], ends[length(ends)])[i + 1]
    if (next_end - start > limit) {
      cuts <- c(cuts, places[i])
      start <- ends[places[i]]
    }
  }
  cuts
}

# Paths ---------------------------------------------------------------------------

# For each arrow a matrix of points (along, across), from one box's edge to the other's.
trace_links <- function(grid, way) {
  arrive <- arrival_points(grid, way)
  lapply(seq_along(grid$stops), function(k) {
    stops <- grid$stops[[k]]
    begin <- way$along[stops] - grid$along[stops] / 2
    end <- way$along[stops] + grid$along[stops] / 2
    across <- way$across[stops]
    last <- length(stops)
    across_in <- across
    across_in[last] <- arrive[k]
    if (way$column[stops[1]] != way$column[stops[last]]) {
      gutter <- way$gutter[way$column[stops[1]]]
      space <- grid$gaps[["along"]] / 2
      return(turn_column(end[1], across[1], begin[2], across_in[2], gutter, space))
    }
    pieces <- lapply(seq_len(last - 1), function(i) {
      bend(end[i], across[i], begin[i + 1], across_in[i + 1])
    })
    do.call(rbind, pieces)
  })
}

# Arrows that arrive at one box end side by side, in the order in which they come; one
# that comes straight ends in the middle.
arrival_points <- function(grid, way) {
  target <- vapply(grid$stops, function(stops) stops[length(stops)], 0)
  before <- vapply(grid$stops, function(stops) stops[length(stops) - 1], 0)
  arrive <- way$across[target]
  for (box in unique(target[duplicated(target)])) {
    here <- which(target == box)
    aside <- way$across[before[here]] - way$across[box]
    aside[abs(aside) < 1] <- 0
    left <- aside < 0
    slot <- rank(aside, ties.method = "first") - sum(left) - any(aside == 0)
    slot[left] <- slot[left] + any(aside == 0) - 1
    step <- min(8, grid$size[box] / (2 * length(here) + 2))
    arrive[here] <- arrive[here] + slot * step
  }
  arrive
}

# An S between two points, which leaves and arrives straight.
bend <- function(along1, across1, along2, across2) {
  t <- if (abs(across1 - across2) < 0.5) c(0, 1) else seq(0, 1, length.out = 25)
  cbind(
    along = along1 + (along2 - along1) * (1.5 * t * (1 - t) + t^3),
    across = across1 + (across2 - across1) * (3 * t^2 - 2 * t^3)
  )
}

# From the end of a column to the beginning of the next one.
turn_column <- function(along1, across1, along2, across2, gutter, space) {
  round_corners(cbind(
    along = c(along1, rep(along1 + space, 2), rep(along2 - space, 2), along2),
    across = c(across1, across1, gutter, gutter, across2, across2)
  ), space / 2)
}

round_corners <- function(points, radius) {
  t <- seq(0, 1, length.out = 8)
  n <- nrow(points)
  corners <- lapply(seq(2, n - 1), function(i) {
    before <- points[i, ] + radius * toward(points[i, ], points[i - 1, ])
    after <- points[i, ] + radius * toward(points[i, ], points[i + 1, ])
    outer((1 - t)^2, before) + outer(2 * t * (1 - t), points[i, ]) + outer(t^2, after)
  })
  rbind(points[1, ], do.call(rbind, corners), points[n, ])
}

toward <- function(from, to) {
  way <- to - from
  way / sqrt(sum(way^2))
}
