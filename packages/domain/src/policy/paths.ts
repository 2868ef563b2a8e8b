import type { CallPath } from './policy-call.ts'

/** Where a path leads, by its text alone: links are the business of whoever opens it. */
type PlacedPath =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'invalid'; readonly path: string; readonly reason: string }

/** A path as it is judged: where it leads, and the spelling under which it is looked up. */
export interface SeenPath extends CallPath {
  readonly placed: PlacedPath | null
  readonly folded: string
  /** A plain file of the temporary directory, which is nobody's. */
  readonly scratch: boolean
}

/** Places paths once for all rules that look at them. */
export function seePaths(paths: readonly CallPath[], workspace: string | null): readonly SeenPath[] {
  const seen: SeenPath[] = []
  for (const named of paths) seen.push(seePath(named, workspace))
  return seen
}

function seePath({ path, source, glob, access }: CallPath, workspace: string | null): SeenPath {
  if (path === null) return { path, source, glob, access, placed: null, folded: '', scratch: false }
  if (isOrdinary(path)) return { path, source, glob, access, placed: { kind: 'inside', path }, folded: path, scratch: false }
  const placed = placePath(path, workspace)
  const scratch = placed.kind === 'outside' && isScratch(placed.path, path, workspace)
  return { path, source, glob, access, placed, folded: foldPath(placed.path), scratch }
}

const temporary = /^\/tmp\/([^/]+)/

/**
 * What lies in the temporary directory is scratch, but not the surroundings of a workspace that lies there itself: its
 * neighbours below the same folder belong to whoever put it there, and neither a path that climbs nor one that stands for all
 * that lies there is a plain one.
 */
function isScratch(path: string, raw: string, workspace: string | null): boolean {
  const [, folder] = temporary.exec(path) ?? []
  if (folder === undefined || /[*?[{]/.test(folder) || raw.split('/').includes('..')) return false
  return workspace === null || temporary.exec(workspace)?.[1] !== folder
}

const slash = 47
const dot = 46
/** Signs that stand for themselves in a path: small letters, digits and most marks of ASCII, but no wildcard and nothing that leads away. */
const ordinarySigns = Uint8Array.from({ length: 128 }, (_, code) => (code >= 32 && code < 126 && !/[A-Z*?[{\\:]/.test(String.fromCharCode(code)) ? 1 : 0))

/** Whether a path stands for itself: relative, of ordinary signs, no segment empty or with a leading dot. Most are, and need no further look. */
export function isOrdinary(path: string): boolean {
  let previous = slash
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index)
    if (code > 125 || ordinarySigns[code] === 0) return false
    if (previous === slash && (code === dot || code === slash)) return false
    previous = code
  }
  return previous !== slash
}

const needsWork = /(?:^|\/)\.{0,2}(?:\/|$)|^~/
/** Also those that part lines and turn the direction of writing: under them a person reads another name than the one that is there. */
// eslint-disable-next-line no-control-regex -- exactly the control characters are what must not be there
const controls = /[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const plain = /^[ -@[-~]*$/

/** Places a path relative to the workspace. An absolute one below the workspace is inside it. */
function placePath(raw: string, workspace: string | null): PlacedPath {
  if (controls.test(raw)) return { kind: 'invalid', path: raw, reason: 'a path with control characters' }
  if (!needsWork.test(raw)) return { kind: 'inside', path: raw }
  const path = relativeTo(raw, workspace)
  if (path.startsWith('~')) return { kind: 'outside', path }
  if (path.startsWith('/')) return { kind: 'outside', path: `/${resolveSegments(path.slice(1)).filter((segment) => segment !== '..').join('/')}` }
  const segments = resolveSegments(path)
  return { kind: segments[0] === '..' ? 'outside' : 'inside', path: segments.join('/') || '.' }
}

/**
 * The spelling under which a path is looked up: letter case, Unicode twins and invisible characters are ignored. On some file systems they
 * name the same file, on the others nobody needs the difference.
 */
function foldPath(path: string): string {
  return plain.test(path) ? path : path.normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().normalize('NFKC')
}

function relativeTo(raw: string, workspace: string | null): string {
  if (workspace === null || !raw.startsWith('/')) return raw
  const segments = resolveSegments(raw.slice(1)).filter((segment) => segment !== '..')
  const root = workspace.split('/').filter((segment) => segment !== '')
  return root.every((segment, index) => segments[index] === segment) ? segments.slice(root.length).join('/') || '.' : raw
}

/** Whether an absolute path is the workspace itself, or all that lies in it. */
export function isWholeWorkspace(raw: string, workspace: string | null): boolean {
  return workspace !== null && raw.startsWith('/') && /^(\.|\.?\*{1,2}|\{.*\})$/.test(relativeTo(raw, workspace))
}

function resolveSegments(path: string): string[] {
  const resolved: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..' && resolved.length > 0 && resolved.at(-1) !== '..') resolved.pop()
    else resolved.push(segment)
  }
  return resolved
}
