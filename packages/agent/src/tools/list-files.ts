import type { WorkspaceFiles } from '../workspace/files.ts'
import { numberOf, textOf } from './arguments.ts'
import { succeeded, type Tool } from './tool.ts'

const mostEntries = 500

/** Lists a folder, some levels deep. */
export const listFiles: Tool = {
  name: 'list_files',
  writes: false,
  async run(args, { files }, signal) {
    const path = textOf(args, 'path') || '.'
    const depth = Math.min(10, Math.max(1, numberOf(args, 'depth', 2)))
    const lines: string[] = []
    await list(files, path === '.' ? '' : path.replace(/\/+$/, ''), depth, lines, signal)
    const more = lines.length >= mostEntries ? [`... cut at ${mostEntries} entries; list a folder of it.`] : []
    return succeeded([...lines.slice(0, mostEntries), ...more].join('\n') || `${path} is empty.`)
  },
}

async function list(files: WorkspaceFiles, folder: string, depth: number, lines: string[], signal: AbortSignal): Promise<void> {
  for (const { name, kind } of await files.list(folder || '.')) {
    signal.throwIfAborted()
    if (lines.length >= mostEntries) return
    const path = folder ? `${folder}/${name}` : name
    lines.push(kind === 'folder' ? `${path}/` : kind === 'link' ? `${path}@` : path)
    if (kind === 'folder' && depth > 1 && name !== 'node_modules') await list(files, path, depth - 1, lines, signal)
  }
}
