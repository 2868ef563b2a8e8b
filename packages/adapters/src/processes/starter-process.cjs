'use strict'
// The small process of starter.ts: starts programs as it is told on its standard input, one JSON object per line, and says what became of
// them on its standard output. Plain JavaScript: the compiler that strips types would make it three times as large, and slow to fork.
const { spawn } = require('node:child_process')
const { closeSync, openSync, writeFileSync } = require('node:fs')
const { createInterface } = require('node:readline')
const { getPriority, setPriority } = require('node:os')

process.title = 'codeforge-starter'

/**
 * What is started here, and the sandboxed commands above all, gives way to the process that uses this one: where hundreds of them
 * want a processor, leases are renewed and replies are read all the same. Who is as polite already stays as it is.
 */
const niceness = 10
const mostNiceness = 19
/** For every so many that run already, the next one is politer by a step: together they weigh about as much as two processes, however many they are. */
const perStep = 4
if (getPriority() < niceness) setPriority(niceness)

const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

/** Process groups of what was started and has not ended. */
const living = new Set()
/** Those of them that will end by themselves; what only holds something takes no processor. */
const working = new Set()

function start({ id, file, args, directory, environment, descriptors, lasting }) {
  const opened = []
  try {
    const stdio = descriptors.map((place) => {
      if (place === null) return 'ignore'
      opened.push(openSync(place.path, place.flags))
      return opened.at(-1)
    })
    // A session of its own: no terminal to type into, and a process group that signals reach.
    const child = spawn(file, args, { cwd: directory, env: environment, stdio, detached: true })
    child.once('error', fail.bind(null, id))
    child.once('exit', (code, signal) => {
      living.delete(child.pid)
      working.delete(child.pid)
      tell({ id, kind: 'ended', code, signal })
    })
    if (child.pid === undefined) return
    stepBack(child.pid)
    living.add(child.pid)
    if (!lasting) working.add(child.pid)
    tell({ id, kind: 'started', pid: child.pid })
  } catch (error) {
    fail(id, error)
  } finally {
    for (const descriptor of opened) closeSync(descriptor)
  }
}

/** Linux may weigh sessions against each other rather than processes: then it is the session that steps back. */
function stepBack(pid) {
  const wanted = Math.min(mostNiceness, niceness + Math.floor(working.size / perStep))
  try {
    if (wanted > niceness && getPriority(pid) < wanted) setPriority(pid, wanted)
    writeFileSync(`/proc/${pid}/autogroup`, String(wanted))
  } catch {
    // Not here, or it has ended.
  }
}

function fail(id, { message, code }) {
  tell({ id, kind: 'failed', message, code })
}

/** Ends with whoever uses it, however that one ended, and takes along what it started: a git or a command of a dead worker must not go on. */
function end() {
  for (const group of living) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
  process.exit()
}

createInterface({ input: process.stdin }).on('line', (line) => start(JSON.parse(line))).on('close', end)
process.stdout.on('error', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
