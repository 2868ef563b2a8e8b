import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'

/** Writes an object into a repository of ours as git would, and returns its name. */
export async function writeObject(objects: string, kind: 'commit', content: Buffer): Promise<string> {
  const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content])
  const name = createHash('sha1').update(whole).digest('hex')
  const bytes = await promisify(deflate)(whole)
  await inFolder(join(objects, name.slice(0, 2), name.slice(2)), async (path) => {
    const draft = join(dirname(path), `tmp_obj_${randomUUID()}`) // git prunes what is left under such a name
    try {
      await writeFile(draft, bytes, { mode: 0o444 })
      await link(draft, path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
    } finally {
      await rm(draft, { force: true })
    }
  })
  return name
}

/** Makes a ref in a repository of ours. On disk before it has its name: git stumbles over an empty one after the power failed. */
export async function writeRef(gitDirectory: string, ref: string, id: string): Promise<void> {
  await inFolder(join(gitDirectory, ref), async (path) => {
    const draft = join(gitDirectory, `ref-${randomUUID()}`)
    try {
      await using file = await open(draft, 'wx')
      await file.writeFile(`${id}\n`)
      await file.datasync()
      await rename(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  })
}

/** git removes folders that became empty; then it is tried again. */
async function inFolder(path: string, write: (path: string) => Promise<void>): Promise<void> {
  for (let left = 3; ; left--) {
    await mkdir(dirname(path), { recursive: true })
    try {
      return await write(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || left === 0) throw error
    }
  }
}
