import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import type { PortRegistry } from '../registry.ts'

export interface Greeter {
  greet(): string
}

/** What every registry must do. */
export function describeRegistryContract(make: () => PortRegistry<Greeter>): void {
  const definition = (name: string) => ({
    name,
    config: z.strictObject({ word: z.string().default('hello') }),
    open: async ({ word }: { word: string }) => ({ greet: () => `${word} from ${name}`, [Symbol.asyncDispose]: async () => {} }),
  })

  describe('registry contract', () => {
    test('opens an adapter by its name, with its options parsed', async () => {
      const registry = make()
      const adapter = definition('plain')
      assert.equal(registry.register(adapter), adapter)
      assert.deepEqual([(await registry.open('plain', {})).greet(), (await registry.open('plain', { word: 'hi' })).greet()], ['hello from plain', 'hi from plain'])
    })

    test('an unknown name lists the known ones', async () => {
      const registry = make()
      await assert.rejects(registry.open('x', {}), { code: 'invalid-config', message: "There is no greeter adapter 'x'. Known: none." })
      registry.register(definition('b'))
      registry.register(definition('a'))
      await assert.rejects(registry.open('x', {}), { code: 'invalid-config', message: "There is no greeter adapter 'x'. Known: a, b." })
      assert.deepEqual(registry.names(), ['a', 'b'])
    })

    test('names of JavaScript itself are no adapters', async () => {
      for (const name of ['constructor', '__proto__', 'toString', '']) await assert.rejects(make().open(name, {}), { code: 'invalid-config' })
    })

    test('options that do not fit name the field, and nothing is opened', async () => {
      const registry = make()
      registry.register({ ...definition('strict'), open: () => assert.fail('must not open') })
      await assert.rejects(registry.open('strict', { word: 1 }), { code: 'invalid-config', message: /'strict'[\s\S]*word/ })
      await assert.rejects(registry.open('strict', { wrod: 'x' }), { code: 'invalid-config', message: /wrod/ })
    })

    test('options that do not fit are not printed: they may be secrets', async () => {
      const registry = make()
      registry.register({ ...definition('strict'), config: z.strictObject({ word: z.string().regex(/^a$/) }) })
      await assert.rejects(registry.open('strict', { word: 'hunter22' }), (error: Error) => !error.message.includes('hunter22'))
    })

    test('refuses the same name twice, and late-comers', () => {
      const registry = make()
      registry.register(definition('one'))
      assert.throws(() => registry.register(definition('one')), /'one' is registered twice/)
      registry.seal()
      registry.seal()
      assert.throws(() => registry.register(definition('two')), /'two' came after the registry was sealed/)
    })
  })
}
