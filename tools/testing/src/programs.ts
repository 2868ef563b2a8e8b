import { access, constants } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'

/** Where test servers keep what they downloaded or unpacked; it survives a test run and may be deleted at any time. */
export const downloads = resolve(import.meta.dirname, '../../../.runtime/testing')

/** The path of a program on the PATH, or nothing. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name)
    if (await isExecutable(path)) return path
  }
  return undefined
}

/** Whether a file is there and may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
