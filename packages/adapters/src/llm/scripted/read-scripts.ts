import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ModelScript } from '@codeforge/contracts/model-script'
import { parse } from 'yaml'
import { z } from 'zod'

/** Reads every script of a directory, by name. A file that is no script, or a name that comes twice, is `invalid-config`. */
export async function readScripts(directory: string): Promise<ReadonlyMap<string, ModelScript>> {
  const scripts = new Map<string, ModelScript>()
  for (const file of (await filesIn(directory)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort()) {
    const script = await readScript(join(directory, file))
    if (scripts.has(script.name)) throw new CodeForgeError('invalid-config', `Two scripts in ${directory} are named '${script.name}'.`)
    scripts.set(script.name, script)
  }
  return scripts
}

async function filesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (cause) {
    throw new CodeForgeError('invalid-config', `The directory of model scripts cannot be read: ${directory}`, { cause })
  }
}

async function readScript(path: string): Promise<ModelScript> {
  try {
    return ModelScript.parse(parse(await readFile(path, 'utf8'), { uniqueKeys: true }))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new CodeForgeError('invalid-config', `${path} is not a model script: ${reason}`, { cause })
  }
}
