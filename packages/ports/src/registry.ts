import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { z } from 'zod'

/** What an adapter's module registers: its name, the schema of its options, and how it is opened. */
export interface AdapterDefinition<Port, Config extends z.ZodType> {
  readonly name: string
  readonly config: Config
  open(config: z.output<Config>): Promise<Port & AsyncDisposable>
}

/** The adapters of one port. Importing an adapter's module registers it; `seal` ends registration. */
export class PortRegistry<Port> {
  readonly port: string
  readonly #adapters = new Map<string, AdapterDefinition<Port, z.ZodType>>()
  #sealed = false

  constructor(port: string) {
    this.port = port
  }

  /** Registers an adapter and returns it unchanged. Refuses duplicates and late-comers. */
  register<Config extends z.ZodType>(adapter: AdapterDefinition<Port, Config>): AdapterDefinition<Port, Config> {
    if (this.#sealed) throw new Error(`${this.port}: '${adapter.name}' came after the registry was sealed`)
    if (this.#adapters.has(adapter.name)) throw new Error(`${this.port}: '${adapter.name}' is registered twice`)
    this.#adapters.set(adapter.name, adapter)
    return adapter
  }

  seal(): void {
    this.#sealed = true
  }

  names(): readonly string[] {
    return [...this.#adapters.keys()].sort()
  }

  /** Opens an adapter by name with options from outside; an unknown name lists the known ones. */
  async open(name: string, options: unknown): Promise<Port & AsyncDisposable> {
    const adapter = this.#adapters.get(name)
    if (!adapter) {
      throw new CodeForgeError('invalid-config', `There is no ${this.port} adapter '${name}'. Known: ${this.names().join(', ') || 'none'}.`)
    }
    const parsed = adapter.config.safeParse(options)
    if (!parsed.success) {
      throw new CodeForgeError('invalid-config', `Options of the ${this.port} adapter '${name}': ${parsed.error.message}`, { cause: parsed.error })
    }
    return adapter.open(parsed.data)
  }
}
