// Compiles kernel.as to terms.wasm, or to the file that is named: `node packages/context/src/lexical/kernel/compile.mjs [FILE]`.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const here = import.meta.dirname
const options = ['kernel.ts', '--outFile', 'terms.wasm', '--runtime', 'minimal', '-O3', '--noAssert', '--enable', 'simd']
const { error, stderr } = await asc.main(options, {
  // The compiler knows sources by this ending alone; ours has another one, since it is no TypeScript.
  readFile: (name) => (/^\w+\.ts$/.test(name) ? readFile(join(here, name.replace(/ts$/, 'as')), 'utf8').catch(() => null) : null),
  writeFile: (name, contents) => writeFile(process.argv[2] ?? join(here, name), contents),
  listFiles: () => [],
})
if (error !== null) throw new Error(`${error.message}\n${stderr}`)
