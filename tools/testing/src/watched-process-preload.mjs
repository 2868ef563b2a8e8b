// Loaded before a program: it measures its own memory and event loop, and leaves the figures in a file. Plain JavaScript, so that
// loading it costs nothing that would show in the figures.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { setInterval } from 'node:timers'
import { getHeapStatistics } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

const everyMs = 10

// Threads load it too, but are no processes of their own.
if (isMainThread && process.env.PROCESS_WATCH_FILE !== undefined) watch(process.env.PROCESS_WATCH_FILE.replaceAll('%pid', String(process.pid)))

function watch(file) {
  delete process.env.NODE_OPTIONS
  delete process.env.PROCESS_WATCH_FILE
  const histogram = monitorEventLoopDelay({ resolution: everyMs })
  histogram.enable()
  const resident = () => process.memoryUsage.rss() / 1e6
  let resets = 0
  let first = resident()
  let most = first
  /** What the heap held right after the last full collection: the rest of its size is garbage, or room that is kept. */
  let live = process.memoryUsage().heapUsed / 1e6

  new PerformanceObserver((list) => {
    if (list.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) live = process.memoryUsage().heapUsed / 1e6
  }).observe({ entryTypes: ['gc'] })

  function tell() {
    if (existsSync(`${file}.reset`)) {
      rmSync(`${file}.reset`)
      histogram.reset()
      globalThis.gc?.()
      first = most = resident()
      resets += 1
    }
    const rss = process.memoryUsage.rss()
    const now = rss / 1e6
    most = Math.max(most, now)
    // What the histogram measures includes the interval itself.
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - everyMs)
    const figures = {
      delayP50: late(histogram.percentile(50)), delayP99: late(histogram.percentile(99)), delayMax: late(histogram.max),
      residentMb: now, mostResidentMb: most, firstResidentMb: first, resets,
      heapMb: getHeapStatistics().total_physical_size / 1e6, liveHeapMb: live,
    }
    writeFileSync(`${file}.new`, JSON.stringify(figures))
    renameSync(`${file}.new`, file)
  }

  tell()
  setInterval(tell, 100).unref()
}
