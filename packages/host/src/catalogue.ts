import { readFile, readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Mode } from '@codeforge/contracts/mode'
import type { Catalogue } from '@codeforge/core/ports'
import type { ToolBundle } from '@codeforge/contracts/tool-bundle'
import { parseMode, parseToolBundle } from '@codeforge/domain/policy/parse'

/** Reads every YAML file of a directory. A broken file stops the start and is named. */
async function readYamlDirectory<Item>(directory: string, parse: (text: string, source: string) => Item): Promise<Item[]> {
  const names = (await readdir(directory)).filter((name) => ['.yaml', '.yml'].includes(extname(name))).sort()
  return Promise.all(names.map(async (name) => {
    const file = join(directory, name)
    return parse(await readFile(file, 'utf8'), file)
  }))
}

/** A catalogue of shipped items and the user's own; own ones may not take a shipped name. */
function catalogue<Item>(shipped: readonly Item[], own: readonly Item[], nameOf: (item: Item) => string): Catalogue<Item> {
  const entries = new Map<string, { readonly item: Item; readonly preset: boolean }>()
  for (const item of shipped) entries.set(nameOf(item), { item, preset: true })
  for (const item of own) {
    if (entries.has(nameOf(item))) throw new CodeForgeError('invalid-config', `'${nameOf(item)}' stands twice; shipped names cannot be taken.`)
    entries.set(nameOf(item), { item, preset: false })
  }
  return { get: (name) => entries.get(name)?.item, list: () => [...entries.values()] }
}

/** Every tool bundle below a directory, one folder each. */
export async function loadToolBundles(directory: string): Promise<ToolBundle[]> {
  const folders = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()
  return Promise.all(folders.map(async (folder) => {
    const file = join(directory, folder, 'config.yaml')
    return parseToolBundle(await readFile(file, 'utf8'), file)
  }))
}

/** The shipped modes and those of `modes.directory`, each with its prompt. */
export async function loadModes(shipped: string, own: string | null): Promise<Catalogue<Mode>> {
  const [presets, owned] = await Promise.all([readModes(shipped), own === null ? [] : readModes(own)])
  return catalogue(presets, owned, ({ id }) => id)
}

async function readModes(directory: string): Promise<Mode[]> {
  const files = await readYamlDirectory(directory, parseMode)
  return Promise.all(files.map(async (mode) => {
    const file = join(directory, mode.prompt)
    if (!file.startsWith(join(directory, '/'))) throw new CodeForgeError('invalid-config', `Mode '${mode.id}': its prompt must lie beside it.`)
    const promptTemplate = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new CodeForgeError('invalid-config', `Mode '${mode.id}': its prompt ${file} cannot be read.`, { cause: error })
    })
    return { ...mode, promptTemplate }
  }))
}
