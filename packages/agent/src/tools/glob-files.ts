import picomatch from 'picomatch'
import { visitFiles } from '../workspace/visit-files.ts'
import { textOf } from './arguments.ts'
import { failed, succeeded, type Tool } from './tool.ts'

const mostFound = 500

/** Finds files by a glob over their paths; what git ignores is left out. */
export const globFiles: Tool = {
  name: 'glob_files',
  writes: false,
  async run(args, { files }, signal) {
    const pattern = textOf(args, 'pattern')
    if (pattern.length > 500) return failed('The pattern is longer than 500 characters.')
    const folder = (textOf(args, 'path') || '.').replace(/^\.\/?|\/+$/g, '')
    const matches = picomatch(pattern.replace(/^\.\//, ''), { dot: true, basename: !pattern.includes('/') })
    const found: string[] = []
    for await (const path of visitFiles(files, folder, signal)) {
      const below = folder ? path.slice(folder.length + 1) : path
      if (matches(below)) found.push(path)
      if (found.length > mostFound) break
    }
    if (found.length === 0) return succeeded(`No file matches '${pattern}'.`)
    const more = found.length > mostFound ? [`... cut at ${mostFound} files; use a narrower pattern.`] : []
    return succeeded([...found.slice(0, mostFound), ...more].join('\n'))
  },
}
