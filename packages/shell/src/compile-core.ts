import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const lastingFlags = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up', '--wasm-lazy-compilation']
const coreFlags = ['--wasm-dynamic-tiering', '--wasm-tier-up', '--no-wasm-lazy-compilation']

// No type library of ours has it.
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object }

/**
 * Lets V8's second compiler have tree-sitter's own code and nothing else. Parsing takes three quarters of the time for 10 MB more; given the lexer of
 * bash as well, it takes more than 500 MB for a moment (docs/decisions/0019). V8 shares compiled code by its bytes, so whoever loads the
 * same file afterwards gets this one; it is to be kept until then. Takes about 15 ms, and must come before any grammar is loaded.
 */
export function compileCore(): object {
  const file = fileURLToPath(import.meta.resolve('web-tree-sitter/web-tree-sitter.wasm'))
  coreFlags.forEach(setFlagsFromString)
  try {
    return new WebAssembly.Module(readFileSync(file))
  } finally {
    lastingFlags.forEach(setFlagsFromString)
  }
}
