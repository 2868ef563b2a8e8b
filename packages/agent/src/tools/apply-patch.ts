import { applyPatch as applyHunks, parsePatch, type StructuredPatch } from 'diff'
import type { WorkspaceFiles } from '../workspace/files.ts'
import { textOf } from './arguments.ts'
import { succeeded, failed, type Tool } from './tool.ts'

type Change = { readonly path: string; readonly from: string | null; readonly content: string | null }

/** Applies a unified diff to any number of files: all of it, or nothing. */
export const applyPatch: Tool = {
  name: 'apply_patch',
  writes: true,
  async run(args, { files }) {
    const parsed = parse(textOf(args, 'patch'))
    if (typeof parsed === 'string') return failed(parsed)
    const changes: Change[] = []
    for (const file of parsed) {
      const change = await changeOf(files, file)
      if (typeof change === 'string') return failed(`${change} Nothing was changed.`)
      changes.push(change)
    }
    for (const change of changes) await perform(files, change)
    return succeeded(`Patched ${changes.length} file${changes.length === 1 ? '' : 's'}: ${changes.map(({ path }) => path).join(', ')}.`)
  },
}

function parse(patch: string): StructuredPatch[] | string {
  try {
    const files = parsePatch(patch).filter((file) => file.hunks.length > 0)
    return files.length > 0 ? files : 'The patch has no hunks. Send a unified diff with ---, +++ and @@ lines.'
  } catch (error) {
    return `The patch is not a unified diff: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function changeOf(files: WorkspaceFiles, file: StructuredPatch): Promise<Change | string> {
  const before = pathOf(file.oldFileName)
  const after = pathOf(file.newFileName)
  const path = after ?? before
  if (path === null) return 'A part of the patch names no file.'
  if (before === null && (await files.kind(path)) !== null) return `'${path}' exists already, but the patch makes it anew.`
  const old = before === null ? '' : await files.readText(before)
  const crlf = old.includes('\r\n')
  const content = applyHunks(crlf ? old.replaceAll('\r\n', '\n') : old, file, { fuzzFactor: 1 })
  if (content === false) return `The patch does not fit '${path}'. Read the file again and take its lines as they are.`
  return { path, from: before !== null && before !== path ? before : null, content: after === null ? null : crlf ? content.replaceAll('\n', '\r\n') : content }
}

async function perform(files: WorkspaceFiles, { path, from, content }: Change): Promise<void> {
  if (content === null) await files.remove(path)
  else await files.write(path, content)
  if (from !== null) await files.remove(from)
}

function pathOf(name: string | undefined): string | null {
  if (!name || name === '/dev/null') return null
  return name.replace(/^[ab]\//, '')
}
