library(stats)
source("util.R")
limit <- 10
evict <- function(cache, n = 1) {
  clear(cache)
  stats::median(n)
}
handle = function(x) x$run()
setClass("Cache", representation(size = "numeric"))
setGeneric("size", function(object) standardGeneric("size"))
Server <- R6::R6Class("Server", inherit = Base, public = list(start = function() { evict(1) }))
