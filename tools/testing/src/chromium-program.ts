import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { downloads, findProgram, isExecutable } from './programs.ts'

export interface ChromiumProgram {
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
}

const unpacked = join(downloads, 'chromium')

/** A Chromium: the one on the PATH, else the one of `@sparticuz/chromium`, unpacked with the system libraries that it brings. */
export async function chromiumProgram(): Promise<ChromiumProgram> {
  const found = (await findProgram('chromium')) ?? (await findProgram('google-chrome'))
  if (found !== undefined) return { executablePath: found, env: {} }
  if (!(await isExecutable(join(unpacked, 'chromium')))) await unpack()
  return {
    executablePath: join(unpacked, 'chromium'),
    env: { LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'), FONTCONFIG_PATH: join(unpacked, 'fonts') },
  }
}

// In a process of its own, because the package changes the environment of the one that imports it. It unpacks into the
// temporary directory, and its libraries only where it believes to be on the system that lacks them.
async function unpack(): Promise<void> {
  await mkdir(downloads, { recursive: true })
  const scratch = await mkdtemp(join(downloads, 'chromium-'))
  const env = { ...process.env, TMPDIR: scratch, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' }
  const script = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath()"
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env, cwd: import.meta.dirname })
  await pointFontsTo(scratch)
  // Another test file may have been quicker; both unpacked the same package.
  await rename(scratch, unpacked).catch(() => rm(scratch, { recursive: true, force: true }))
}

async function pointFontsTo(folder: string): Promise<void> {
  const file = join(folder, 'fonts', 'fonts.conf')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll('/tmp/fonts', join(unpacked, 'fonts')))
}
