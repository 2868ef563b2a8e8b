import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

const execute = promisify(execFile)

/** A repository of a cache and a server that uses it, committed; with a data directory beside it. */
export async function smallRepository() {
  const folder = await temporaryDirectory('code')
  const repository = join(folder.path, 'repository')
  const git = async (...args: readonly string[]) => execute('git', ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args])
  await mkdir(join(repository, 'src'), { recursive: true })
  await writeFile(join(repository, 'src', 'cache.ts'), 'export class ResponseCache {\n  evict() {}\n}\n')
  await writeFile(join(repository, 'src', 'server.ts'), "import { ResponseCache } from './cache.ts'\nexport function handleRequest() {\n  return new ResponseCache()\n}\n")
  await git('init', '-q', '-b', 'main')
  await git('add', '.')
  await git('commit', '-qm', 'Cache responses')
  return { repository, data: join(folder.path, 'data'), [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose]() }
}

/** The environment of this process without settings of CodeForge or the test runner. */
export function plainEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^CODEFORGE_|^NODE_TEST_CONTEXT$|^FORCE_COLOR$/.test(name))
  return Object.fromEntries(kept) as Record<string, string>
}
