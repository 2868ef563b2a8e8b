import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/** What comes with CodeForge, beside its code. */
export const shipped = {
  root,
  policies: join(root, 'policies'),
  modes: join(root, 'modes'),
  toolBundles: join(root, 'tools-bundles'),
  examples: join(root, 'examples'),
  scripts: join(root, 'examples', 'model-scripts'),
  dashboard: join(root, 'apps', 'dashboard', 'dist'),
} as const

/** The version of this CodeForge. */
export function readVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
}
