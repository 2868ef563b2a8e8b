import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Artifact } from '@codeforge/contracts/artifact'
import type { Digest } from '@codeforge/contracts/blob'
import type { RunId } from '@codeforge/contracts/ids'
import type { ArtifactIndex } from '@codeforge/ports/store/artifacts'
import { sql, type Kysely, type Selectable } from 'kysely'
import { plainText, storable } from './json.ts'
import type { Tables } from './tables.ts'

/** Entries of runs' produced files as rows. */
export function artifactIndex(db: Kysely<Tables>): ArtifactIndex {
  const select = db.selectFrom('artifacts').selectAll()
  return {
    put: (artifact) => putAll(db, [artifact]),
    putAll: (artifacts) => putAll(db, artifacts),
    async list(run) {
      return (await select.where('run_id', '=', run).orderBy('name').execute()).map(toArtifact)
    },
    async find(run, name) {
      const row = await select.where('run_id', '=', run).where('name', '=', plainText(name)).executeTakeFirst()
      return row ? toArtifact(row) : null
    },
    async pin(tenant, digests) {
      if (digests.length === 0) return
      await db.insertInto('pins').values(digests.map((digest) => ({ tenant, digest }))).onConflict((conflict) => conflict.column('digest').doNothing()).execute()
    },
    async refersTo(digest) {
      const { rows: [row] } = await sql<{ refers: boolean }>`
        select exists (select from artifacts where digest = ${digest})
          or exists (select from pins where digest = ${digest})
          or exists (select from runs where work ->> 'kind' = 'blob' and work ->> 'digest' = ${digest}) as refers`.execute(db)
      return row?.refers ?? false
    },
  }
}

/** The tenant is the run's. */
async function putAll(db: Kysely<Tables>, artifacts: readonly Artifact[]): Promise<void> {
  const rows = [...new Map(artifacts.map((artifact) => [`${artifact.runId}/${artifact.name}`, toRow(artifact)])).values()]
  if (rows.length === 0) return
  const { numAffectedRows } = await sql`
    insert into artifacts (run_id, name, tenant, digest, size, media_type, preview, created_at)
    select runs.id, entry.name, runs.tenant, entry.digest, entry.size, entry.media_type, entry.preview, entry.created_at
    from jsonb_populate_recordset(null::artifacts, ${storable(rows).text}::jsonb) as entry join runs on runs.id = entry.run_id
    on conflict (run_id, name) do update set digest = excluded.digest, size = excluded.size, media_type = excluded.media_type,
      preview = excluded.preview, created_at = excluded.created_at`.execute(db)
  if (Number(numAffectedRows) !== rows.length) throw new CodeForgeError('not-found', `There is no run ${[...new Set(rows.map(({ run_id: run }) => run))].join(' or ')}.`)
}

function toRow({ runId, name, blob, createdAt }: Artifact) {
  return { run_id: runId, name, digest: blob.digest, size: blob.size, media_type: blob.mediaType, preview: blob.preview, created_at: createdAt }
}

function toArtifact(row: Selectable<Tables['artifacts']>): Artifact {
  return {
    runId: row.run_id as RunId,
    name: row.name,
    blob: { kind: 'blob', digest: row.digest as Digest, size: row.size, mediaType: row.media_type, preview: row.preview },
    createdAt: row.created_at.toISOString(),
  }
}
