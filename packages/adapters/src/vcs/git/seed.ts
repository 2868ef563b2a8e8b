import { constants, copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

const looseDirectory = /^[0-9a-f]{2}$/
const looseObject = /^[0-9a-f]{38}$/
/** git finds a pack by its index, so the index comes last. */
const packParts = [/^pack-[0-9a-f]{40}\.pack$/, /^pack-[0-9a-f]{40}\.rev$/, /^pack-[0-9a-f]{40}\.idx$/]

/**
 * Brings objects that are missing into the base clone by hard links, or by copies where links are not possible.
 * Objects never change under their name, so linking them is safe; the user's repository may then be pruned or deleted
 * without harm to us. Reads no configuration and starts no process.
 */
export async function seedObjects(from: string, to: string, signal: AbortSignal): Promise<void> {
  await bring(join(from, 'pack'), join(to, 'pack'), packParts, signal)
  const fanOut = (await readdir(from).catch(() => [])).filter((name) => looseDirectory.test(name))
  for (const name of fanOut) await bring(join(from, name), join(to, name), [looseObject], signal)
}

async function bring(from: string, to: string, patterns: readonly RegExp[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const entries = await readdir(from, { withFileTypes: true }).catch(() => [])
  const there = new Set(await readdir(to).catch(() => []))
  const missing = entries.filter((entry) => entry.isFile() && !there.has(entry.name)).map((entry) => entry.name)
  if (missing.length === 0) return
  await mkdir(to, { recursive: true })
  for (const pattern of patterns) {
    await Promise.all(missing.filter((name) => pattern.test(name)).map((name) => bringFile(join(from, name), join(to, name))))
  }
}

async function bringFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOENT') return // another attempt was first, or the user's git repacked meanwhile
    await copyWhole(from, to)
  }
}

/** A half copied object must never stand under its name. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}.draft`
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE)
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
