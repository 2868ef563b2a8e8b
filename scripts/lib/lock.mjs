import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs `work` while holding the lock file `path`. A second process waits; a lock whose owner died is taken over.
 * `onWait` is called once, with the owner's process id, when it has to wait.
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true })
  let waited = false
  while (!tryLock(path)) {
    if (!waited) onWait(ownerOf(path))
    waited = true
    await delay(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

// A link either appears with its content or not at all, so no other process ever reads a half-written owner.
function tryLock(path) {
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    removeIfOwnerDied(path)
    return false
  } finally {
    rmSync(mine, { force: true })
  }
}

// Two waiters may find the same dead owner. Only one of them may remove its lock, and it looks again
// once it may: otherwise the slower one would remove the lock that the quicker one just took.
function removeIfOwnerDied(path) {
  if (!ownerIsDead(path)) return
  const marker = `${path}.takeover`
  try {
    mkdirSync(marker)
  } catch {
    if (Date.now() - (statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > 10_000) rmdirSync(marker)
    return
  }
  try {
    if (ownerIsDead(path)) rmSync(path, { force: true })
  } finally {
    rmdirSync(marker)
  }
}

function ownerIsDead(path) {
  const owner = ownerOf(path)
  if (owner === undefined) return false
  try {
    process.kill(owner, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

function ownerOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
