import type { Store } from '@codeforge/ports/store/store'

/** Makes a store's database empty and lends the store to one test: its connections stay open for the next. */
export async function fresh(store: Store): Promise<Store & AsyncDisposable> {
  await store.migrateDown(0)
  await store.migrate(() => Promise.resolve())
  return { ...store, [Symbol.asyncDispose]: () => Promise.resolve() }
}
