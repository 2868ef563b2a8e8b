import { textOf } from './arguments.ts'
import { headAndTail } from './bounded-text.ts'
import { collectOutput, endingOf } from './collect-output.ts'
import { relativeParts } from '../workspace/relative-path.ts'
import { failed, succeeded, type Tool } from './tool.ts'

const timeoutMs = 30_000
const mostMatches = 200
/** What the programs say of a pattern or glob that is none; of files that cannot be read they are told to say nothing. */
const complaint = /^(rg: |grep: |regex parse error|error[: ])/

/**
 * Searches the text of files: by ripgrep where the sandbox has it, else by grep. Both run in the sandbox under a time limit,
 * so that an evil expression or a huge file costs the search and not the worker.
 */
export const searchFiles: Tool = {
  name: 'search_files',
  writes: false,
  async run(args, { files, sandbox, environment }, signal) {
    const pattern = textOf(args, 'pattern')
    if (pattern === '') return failed('`pattern` is empty.')
    const path = ['.', ...relativeParts(files.root, textOf(args, 'path') || '.')].join('/')
    if ((await files.kind(path)) === null) return failed(`'${path}' does not exist.`)
    const command = searchCommand(pattern, path, textOf(args, 'glob'), args['ignore_case'] === true)
    const { text, ended } = await collectOutput(sandbox, { command, directory: '.', environment, timeoutMs }, () => undefined, signal)
    if (ended.exitCode === 1 && text === '') return succeeded(`Nothing matches '${pattern}'.`)
    // Where the output limit or the time ended it, what was found until then is an answer all the same; so it is where files could not be read.
    if (ended.exitCode === 2 && text === '') return succeeded(`Nothing matches '${pattern}' in the files that can be read; some cannot.`)
    if (text === '' || complaint.test(text) || (ended.exitCode ?? 0) > 2) return failed(`The search failed (${endingOf(ended, timeoutMs)}): ${text.slice(0, 500)}`)
    return succeeded(bounded(text))
  },
}

function searchCommand(pattern: string, path: string, glob: string, ignoreCase: boolean): string {
  const rest = `${ignoreCase ? '-i ' : ''}-e ${quote(pattern)} -- ${quote(path)}`
  const ripgrep = `rg --no-config --no-messages --color never --no-heading --with-filename --line-number --max-columns 300 --sort path --hidden --glob '!.git' ${glob ? `--glob ${quote(glob)} ` : ''}${rest}`
  const grep = `grep -rnIEs --exclude-dir=.git --exclude-dir=node_modules ${glob ? `--include=${quote(glob)} ` : ''}${rest}`
  return `if command -v rg >/dev/null 2>&1; then ${ripgrep}; else ${grep}; fi`
}

function bounded(text: string): string {
  const lines = text.trimEnd().split('\n').map((line) => line.replace(/^\.\//, ''))
  const more = lines.length > mostMatches ? [`... cut at ${mostMatches} matches; use a narrower pattern, path or glob.`] : []
  return headAndTail([...lines.slice(0, mostMatches), ...more].join('\n'))
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
