import type { GateSpec } from '@codeforge/contracts/gate'
import type { FileChange } from '@codeforge/ports/vcs'
import { isTestFile } from './test-files.ts'

/** Files that say how tests are run, whatever the runner. */
const definitions = [
  /^(.*\/)?(jest|vitest|vite|ava|karma|playwright|cypress|wdio|nyc|c8|babel|tap)\.(config|conf|setup)?\.?[\w.]*$/,
  /^(.*\/)?\.(mocharc|nycrc|taprc|c8rc|babelrc|npmrc|pnpmfile|yarnrc)[\w.]*$/,
  /^(.*\/)?(pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|setup\.cfg|phpunit\.xml(\.dist)?|\.rspec|Rakefile|build\.gradle(\.kts)?|pom\.xml)$/,
  /^(.*\/)?sitecustomize\.py$|^(.*\/)?usercustomize\.py$/,
]

/** Files by which package manifests are judged in part: only what speaks of running tests counts. */
const manifest = /^(.*\/)?(package\.json|pyproject\.toml|Cargo\.toml|Makefile|makefile|GNUmakefile|justfile|deno\.jsonc?)$/

export interface DefinitionInput {
  readonly gate: GateSpec
  readonly changes: readonly FileChange[]
  /** Text of a file at checkpoint 0; null where it was not there. */
  before(path: string): Promise<string | null>
  now(path: string): Promise<string | null>
  /** Whether the report names the tests: then files with tests are judged by their tests. */
  readonly named: boolean
}

/** The changed files that say what the gate does. */
export async function definitionChanges(input: DefinitionInput): Promise<readonly string[]> {
  const named = await filesNamed(input)
  const found: string[] = []
  for (const { path, kind } of input.changes) {
    if (definitions.some((pattern) => pattern.test(path))) found.push(path)
    else if (manifest.test(path) && (await manifestChanged(input, path))) found.push(path)
    else if (named.has(path) && kind !== 'added' && !(input.named && isTestFile(path))) found.push(path)
  }
  return found
}

/** Files that the command, or the package script behind it, names. */
async function filesNamed({ gate, before }: DefinitionInput): Promise<ReadonlySet<string>> {
  const scripts = Object.values(scriptsOf(await before('package.json')))
  const words = [gate.command, ...scripts].join(' ').split(/[\s;&|()'"=]+/)
  return new Set(words.map((word) => word.replace(/^\.\//, '')).filter((word) => word !== ''))
}

async function manifestChanged({ gate, before, now }: DefinitionInput, path: string): Promise<boolean> {
  const [old, present] = await Promise.all([before(path), now(path)])
  if (/package\.json$/.test(path)) return packagePart(old) !== packagePart(present)
  if (/pyproject\.toml$/.test(path)) return sections(old, /pytest|tox|coverage|hatch\.envs|nox/) !== sections(present, /pytest|tox|coverage|hatch\.envs|nox/)
  if (/Cargo\.toml$/.test(path)) return sections(old, /test|lib|bin|bench|profile/) !== sections(present, /test|lib|bin|bench|profile/)
  return /\b(make|gmake|just|deno)\b/.test(gate.command)
}

/** What of a package.json decides how tests run. A manifest that is no longer JSON counts as changed. */
function packagePart(text: string | null): string {
  if (text === null) return 'absent'
  try {
    const { scripts, jest, mocha, ava, vitest, tap, c8, nyc, type, imports, babel } = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify([scripts, jest, mocha, ava, vitest, tap, c8, nyc, type, imports, babel])
  } catch {
    return `broken ${text}`
  }
}

/** The sections of a TOML text whose name speaks of tests. */
function sections(text: string | null, names: RegExp): string {
  const parts = (text ?? '').split(/^(?=\[)/m)
  return parts.filter((part) => names.test(part.split('\n', 1)[0] ?? '')).join('')
}

function scriptsOf(text: string | null): Record<string, string> {
  try {
    const { scripts } = JSON.parse(text ?? '{}') as { scripts?: Record<string, string> }
    return scripts ?? {}
  } catch {
    return {}
  }
}
