import type { PolicyCall } from '@codeforge/domain/policy/policy-call'
import picomatch from 'picomatch'

const tools = ['read_file', 'write_file', 'edit_file', 'list_files', 'search_files', 'move_file', 'copy_file', 'format_file', 'lint_file', 'hash_file']
const folders = ['src', 'test', 'docs', 'lib', 'app', 'web', 'api', 'core', 'tools', 'examples']
const shapes = [(folder: string) => `${folder}/**`, (folder: string) => `${folder}/**/*.ts`, (folder: string) => `**/${folder}-*.json`]

/** A hundred rules: ten tools, ten folders, three shapes of globs; every fifth denies. */
export const rules = tools.flatMap((tool, row) => folders.map((folder, column) => ({
  id: `rule-${row}-${column}`, tool, glob: shapes[column % 3]?.(folder) ?? '', decision: column % 5 === 4 ? 'deny' as const : 'allow' as const,
})))

/** A thousand calls; some match early, some late, some never, some name a protected path. */
export const fileCalls: readonly PolicyCall[] = Array.from({ length: 1000 }, (_, index) => ({
  tool: tools[index % 10] ?? '',
  args: { path: index % 50 === 0 ? `${folders[index % 10]}/.env` : `${folders[(index * 7) % 10]}/part-${index % 40}/file-${index}.ts` },
}))

/** The path of a call. */
export function pathOf({ args }: PolicyCall): string {
  return String(args['path'])
}

/** The same decisions by the plainest of programs: one glob after the other, compiled beforehand. */
export function picomatchJudge(blocked: readonly string[]): (call: PolicyCall) => string {
  const wanted = blocked.filter((glob) => !glob.startsWith('!')).map((glob) => picomatch(glob, { dot: true }))
  const excepted = blocked.filter((glob) => glob.startsWith('!')).map((glob) => picomatch(glob.slice(1), { dot: true }))
  const compiled = rules.map(({ tool, glob, decision }) => ({ tool: picomatch(tool), path: picomatch(glob, { dot: true }), decision }))
  return (call) => {
    const path = pathOf(call)
    if (wanted.some((matches) => matches(path)) && !excepted.some((matches) => matches(path))) return 'deny'
    for (const rule of compiled) if (rule.tool(call.tool) && rule.path(path)) return rule.decision
    return 'deny'
  }
}
