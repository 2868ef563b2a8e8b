import { setFlagsFromString } from 'node:v8'

/**
 * Leaves the grammars to V8's first compiler for WebAssembly. The second one takes more than 500 MB for a moment, to compile the lexer of
 * bash, and 0.4 s of processor time (docs/decisions/0009). It gets tree-sitter's core, where shell commands are analysed
 * (docs/decisions/0019). Must come before the first grammar is loaded.
 */
export function keepEngineSmall(): void {
  for (const flag of ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']) setFlagsFromString(flag)
}
