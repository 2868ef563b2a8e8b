import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs git in a repository, with an author and nothing of the user's configuration. */
export async function git(repository: string, ...args: readonly string[]): Promise<string> {
  const names = ['-c', 'user.name=Bench', '-c', 'user.email=bench@localhost', '-c', 'init.defaultBranch=main']
  const { stdout } = await run('git', [...names, ...args], { cwd: repository, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } })
  return stdout.trim()
}

/** Makes a repository of small modules, twenty to a folder, with one commit. */
export async function makeRepository(path: string, files: number): Promise<string> {
  for (let index = 0; index < files; index += 1) {
    const file = join(path, 'src', `part-${Math.floor(index / 20)}`, `module-${index}.js`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, moduleText(index))
  }
  await writeFile(join(path, 'README.md'), `# Sample\n\n${files} modules.\n`)
  await git(path, 'init', '--quiet')
  await git(path, 'add', '--all')
  await git(path, 'commit', '--quiet', '--message', 'start')
  return path
}

function moduleText(index: number): string {
  const functions = ['add', 'scale', 'clamp'].map((name) => `/** Module ${index}. */\nexport function ${name}${index}(a, b) {\n  return a * ${index} + b\n}\n`)
  return functions.join('\n')
}
