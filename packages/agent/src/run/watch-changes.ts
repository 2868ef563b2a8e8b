import type { Sandbox } from '@codeforge/ports/sandbox'
import type { WorkspaceFiles } from '../workspace/files.ts'

type Reach = { readonly files: WorkspaceFiles, readonly sandbox: Pick<Sandbox, 'exec'> }

/** What a tool reaches, and what it did with it. */
export interface WatchedReach extends Reach {
  /** Every path that the tool may have changed, relative; null where nobody can say: a command ran, or a change failed half way. */
  touched(): readonly string[] | null
}

/** Watches what a tool changes, so that only there need be looked for changes afterwards. */
export function watchChanges({ files, sandbox }: Reach): WatchedReach {
  const paths = new Set<string>()
  let unknown = false
  const noted = async (change: Promise<string>): Promise<string> => {
    try {
      const path = await change
      paths.add(path)
      return path
    } catch (error) {
      unknown = true
      throw error
    }
  }
  return {
    files: { ...files, write: (path, content) => noted(files.write(path, content)), remove: (path) => noted(files.remove(path)) },
    sandbox: {
      exec(request, signal) {
        unknown = true
        return sandbox.exec(request, signal)
      },
    },
    touched: () => (unknown ? null : [...paths]),
  }
}
