// Compiles kernel.as of packages/context to terms.wasm, or to the file that is named: `node tools/dev/src/compile-kernel.mjs [FILE]`.
// Here, since the compiler weighs 100 MB, and what is listed in packages/ is installed for every user.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const here = join(import.meta.dirname, '../../../packages/context/src/lexical/kernel')
const options = ['kernel.ts', '--outFile', 'terms.wasm', '--runtime', 'minimal', '-O3', '--noAssert', '--enable', 'simd']
const { error, stderr } = await asc.main(options, {
  // The compiler knows sources by this ending alone; ours has another one, since it is no TypeScript.
  readFile: (name) => (/^\w+\.ts$/.test(name) ? readFile(join(here, name.replace(/ts$/, 'as')), 'utf8').catch(() => null) : null),
  writeFile: (name, contents) => writeFile(process.argv[2] ?? join(here, name), contents),
  listFiles: () => [],
})
if (error !== null) throw new Error(`${error.message}\n${stderr}`)
