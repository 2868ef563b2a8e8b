local base = require 'base'
local function area(size) return compute(size) end
function Round.new() end
function Round:twice() end
