import { visitFiles } from '../workspace/visit-files.ts'
import { relativeParts } from '../workspace/relative-path.ts'
import { numberOf, textOf } from './arguments.ts'
import { succeeded, type Tool } from './tool.ts'

const mostEntries = 500
const deepest = 10

/** Lists a folder some levels deep; what git ignores is left out. Deeper folders are named, not opened. */
export const listFiles: Tool = {
  name: 'list_files',
  writes: false,
  async run(args, { files }, signal) {
    const start = relativeParts(files.root, textOf(args, 'path') || '.')
    const depth = Math.min(deepest, Math.max(1, numberOf(args, 'depth', 1)))
    await files.list(start.join('/') || '.') // a folder that is not there is an answer, not an empty list
    const found: string[] = []
    for await (const path of visitFiles(files, start.join('/'), signal, depth)) {
      found.push(path)
      if (found.length > mostEntries) break
    }
    const more = found.length > mostEntries ? [`... cut at ${mostEntries} entries; list a folder of it.`] : []
    return succeeded([...found.slice(0, mostEntries), ...more].join('\n') || 'The folder holds no files.')
  },
}
