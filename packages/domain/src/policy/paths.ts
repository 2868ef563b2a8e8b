/** Where a path leads, by its text alone: links are the business of whoever opens it. */
export type PlacedPath =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'invalid'; readonly path: string; readonly reason: string }

/** Places a path relative to the workspace. An absolute one below the workspace is inside it. */
export function placePath(raw: string, workspace: string | null): PlacedPath {
  // eslint-disable-next-line no-control-regex -- exactly the control characters are what must not be there
  if (/[\u0000-\u001f\u007f]/.test(raw)) return { kind: 'invalid', path: raw, reason: 'a path with control characters' }
  const path = relativeTo(raw, workspace)
  if (path.startsWith('~')) return { kind: 'outside', path }
  if (path.startsWith('/')) return { kind: 'outside', path: `/${resolveSegments(path.slice(1)).filter((segment) => segment !== '..').join('/')}` }
  const segments = resolveSegments(path)
  return { kind: segments[0] === '..' ? 'outside' : 'inside', path: segments.join('/') || '.' }
}

function relativeTo(raw: string, workspace: string | null): string {
  if (workspace === null || !raw.startsWith('/')) return raw
  const segments = resolveSegments(raw.slice(1)).filter((segment) => segment !== '..')
  const root = workspace.split('/').filter((segment) => segment !== '')
  return root.every((segment, index) => segments[index] === segment) ? segments.slice(root.length).join('/') || '.' : raw
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
