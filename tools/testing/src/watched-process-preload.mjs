// Loaded before a program: it measures its own memory and event loop, and leaves the figures in a file. Plain JavaScript, so that
// loading it costs nothing that would show in the figures.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setInterval } from 'node:timers'

const file = process.env.PROCESS_WATCH_FILE
delete process.env.NODE_OPTIONS
delete process.env.PROCESS_WATCH_FILE
const everyMs = 10
const histogram = monitorEventLoopDelay({ resolution: everyMs })
histogram.enable()
const resident = () => process.memoryUsage.rss() / 1e6
let resets = 0
let first = resident()
let most = first

function tell() {
  if (existsSync(`${file}.reset`)) {
    rmSync(`${file}.reset`)
    histogram.reset()
    globalThis.gc?.()
    first = most = resident()
    resets += 1
  }
  const now = resident()
  most = Math.max(most, now)
  // What the histogram measures includes the interval itself.
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - everyMs)
  const figures = {
    delayP50: late(histogram.percentile(50)), delayP99: late(histogram.percentile(99)), delayMax: late(histogram.max),
    residentMb: now, mostResidentMb: most, firstResidentMb: first, resets,
  }
  writeFileSync(`${file}.new`, JSON.stringify(figures))
  renameSync(`${file}.new`, file)
}

tell()
setInterval(tell, 100).unref()
