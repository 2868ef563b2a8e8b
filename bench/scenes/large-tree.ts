import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generatedChunks } from './generated-code.ts'

const run = promisify(execFile)
const filesInEach = 50

/**
 * A git repository of its own with many source files: a copy of the one that `CODEFORGE_BENCH_REPOSITORY` names, else so
 * many generated ones of some hundred lines. Answers the path of a file that may be changed.
 */
export async function makeLargeTree(root: string, files: number): Promise<string> {
  const given = process.env['CODEFORGE_BENCH_REPOSITORY']
  if (given === undefined) await generateTree(root, files, 3)
  else await run('git', ['clone', '-q', '--no-hardlinks', given, root])
  const { stdout } = await run('git', ['-C', root, 'ls-files', '*.ts', '*.js', '*.py', '*.go', '*.rs', '*.java', '*.rb', '*.c', '*.php'], {
    maxBuffer: 1 << 28,
  })
  return join(root, stdout.split('\n')[0] ?? '')
}

/** A git repository of so many generated files, each of so many functions, some 25 lines each. */
export async function generateTree(root: string, files: number, functions: number): Promise<void> {
  const bodies = generatedChunks(Math.min(files * functions, 3000))
  for (let first = 0; first < files; first += filesInEach) {
    const folder = first / filesInEach
    await mkdir(join(root, `d${folder}`), { recursive: true })
    for (let file = 0; file < Math.min(filesInEach, files - first); file += 1)
      await writeFile(join(root, `d${folder}`, `f${file}.ts`), textOf(bodies, functions, folder, file))
  }
  await run('git', ['init', '-q', root])
  await run('git', ['-C', root, 'add', '.'], { maxBuffer: 1 << 28 })
}

/** Functions that call those of the next folder. */
function textOf(bodies: readonly string[], functions: number, folder: number, file: number): string {
  const parts = Array.from({ length: functions }, (_, part) => {
    const body = bodies[((folder * filesInEach + file) * functions + part) % bodies.length] ?? ''
    return `export async function work${folder}x${file}x${part}(input: string): Promise<void> {\n${body}\n  await work${folder + 1}x${file}x${part}(input)\n}\n`
  })
  return `import { work${folder + 1}x${file}x0 } from '../d${folder + 1}/f${file}.ts'\n\n${parts.join('\n')}`
}
