import { setFlagsFromString } from 'node:v8'

/**
 * Leaves WebAssembly to V8's first compiler. The second one takes more than 500 MB for a moment, to compile the lexer of bash, and
 * 0.4 s of processor time; what it makes parses 1.4 times as fast, which no run notices (docs/decisions/0009).
 * Must come before the first grammar is loaded.
 */
export function keepEngineSmall(): void {
  for (const flag of ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']) setFlagsFromString(flag)
}
