import type { SettingStore } from '@codeforge/ports/store/settings'
import type { Kysely } from 'kysely'
import { plainText } from './json.ts'
import type { Tables } from './tables.ts'

/** Settings as rows. */
export function settingStore(db: Kysely<Tables>): SettingStore {
  return {
    async get(key) {
      const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
      return row?.value ?? null
    },
    async set(key, value) {
      await db.insertInto('settings').values({ key, value: plainText(value) })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: plainText(value) })).execute()
    },
  }
}
