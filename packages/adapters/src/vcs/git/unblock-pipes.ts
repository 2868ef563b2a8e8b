import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What git reads of a work tree on its way, without asking first what kind of file it is. */
const readByGit = new Set(['.gitignore', '.gitattributes'])

/** Milliseconds after which a git that has not ended is looked after, and between two touches of the pipes that it may wait for. */
const [patienceMs, againMs] = [1000, 25]

/** Where a git may meet pipes. */
interface Places {
  /** Of its ignore and attributes files. */
  readonly workTree: string | undefined
  /** Of whatever is in the repository of the user that these belong to. */
  readonly objects: string | undefined
}

/**
 * git waits for ever where a file that it reads is a named pipe: for somebody to write into it. Here that somebody comes and goes,
 * for as long as it runs, so that git finds such files empty. Costs nothing where git is quick.
 */
export function unblockPipes(places: Places, ended: Promise<unknown>): void {
  if (places.workTree === undefined && places.objects === undefined) return
  const over = new AbortController()
  const end = (): void => { over.abort() }
  ended.then(end, end)
  void touchPipes(places, over.signal).catch(end)
}

async function touchPipes({ workTree, objects }: Places, over: AbortSignal): Promise<void> {
  let pipes: readonly Buffer[] = []
  for (let waitMs = patienceMs; ; waitMs = pipes.length > 0 ? againMs : waitMs * 2) {
    await sleep(waitMs, undefined, { signal: over, ref: false })
    if (pipes.length === 0) {
      const inFiles = workTree === undefined ? [] : await findPipes(workTree, (name) => readByGit.has(name), over)
      pipes = objects === undefined ? inFiles : [...inFiles, ...(await findPipes(dirname(objects), () => true, over))]
    }
    for (const pipe of pipes) await touch(pipe)
  }
}

async function findPipes(root: string, isRead: (name: string) => boolean, over: AbortSignal): Promise<readonly Buffer[]> {
  const found: Buffer[] = []
  const folders = [Buffer.from(root)]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    over.throwIfAborted()
    const within = Buffer.concat([folder, Buffer.from('/')])
    for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(() => [])) { // gone, not ours to read, or too deep for git as well
      const name = entry.name.toString('latin1')
      if (entry.isDirectory() && name !== '.git') folders.push(Buffer.concat([within, entry.name]))
      else if (entry.isFIFO() && isRead(name)) found.push(Buffer.concat([within, entry.name]))
    }
  }
  return found
}

/** Opened for both ways it waits for nobody; whoever waits for a writer goes on, and meets the end of the file. */
async function touch(pipe: Buffer): Promise<void> {
  const file = await open(pipe, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(() => null) // gone meanwhile
  await file?.close()
}
