import { z } from 'zod'
import { BlobRef } from './blob.ts'

/** What a test runner itself reported, from TAP, JUnit XML or JSON. */
export const TestCounts = z.strictObject({
  passed: z.int().min(0),
  failed: z.int().min(0),
  skipped: z.int().min(0),
  format: z.enum(['tap', 'junit', 'json', 'text']),
  /** Names of the tests that passed, sorted; absent where the report does not name them. At most 5,000. */
  passedNames: z.array(z.string()).optional(),
})
export type TestCounts = z.output<typeof TestCounts>

/** The evidence of a gate, bound to the tree it judged. */
export const Receipt = z.strictObject({
  gate: z.string(),
  command: z.string(),
  passed: z.boolean(),
  /** A sentence: why it passed or failed. */
  reason: z.string(),
  exitCode: z.int().nullable(),
  durationMs: z.number().min(0),
  /** The git tree that was checked: tracked plus unignored files when the gate began. */
  tree: z.string(),
  output: BlobRef.nullable(),
  counts: TestCounts.nullable(),
  baseline: TestCounts.nullable(),
  /** Files that define the gate (package.json, test configuration, ...) and differ from checkpoint 0. */
  definitionChanges: z.array(z.string()),
})
export type Receipt = z.output<typeof Receipt>
