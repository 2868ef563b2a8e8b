import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'

/** Bytes of a file that are read; those that we read of a repository are short. */
const mostBytes = 1_048_576

/** The beginning of a regular file of somebody else's, or nothing where there is none: a pipe would keep us waiting, a device has no end. */
export async function readText(path: string, most = mostBytes): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null)
  if (file === null) return ''
  try {
    const found = await file.stat()
    if (!found.isFile()) return ''
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(found.size, most)), 0, null, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Whether there is a regular file: anything else must not be copied, since a copy of a pipe waits for ever, and nothing ends it. */
export const isRegular = (path: string): Promise<boolean> => stat(path).then((found) => found.isFile(), () => false)
