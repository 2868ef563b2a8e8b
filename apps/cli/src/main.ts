import { keepCompiledCode } from './keep-compiled-code.ts'
import { keepEngineSmall } from './keep-engine-small.ts'

// In this order and before anything else is loaded: kept code counts for the flags only under which it was compiled.
keepEngineSmall()
keepCompiledCode()
await import('./command-line.ts')
