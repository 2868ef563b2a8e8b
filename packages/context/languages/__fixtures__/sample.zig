const std = @import("std");
const util = @import("util.zig");

pub const Cache = struct {
    size: usize,
    pub fn evict(self: *Cache) void {
        util.clear(self.size);
    }
};
const Kind = enum { small, large };
pub const limit: u32 = 10;
const Shape = union(enum) { circle: f32 };
const Failure = error{OutOfSpace};
pub fn handle(cache: *Cache) !void {
    cache.evict();
    reset();
}
test "handles" { handle(undefined); }
