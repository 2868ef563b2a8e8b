import { z } from 'zod'

/** When a gate is looked at. A phase that nothing looks at is refused, since its gate would seem to protect. */
export const GatePhase = z.enum(['run_end'])
export type GatePhase = z.output<typeof GatePhase>

/** A command that must hold before a result is delivered. */
export const GateSpec = z.strictObject({
  name: z.string().min(1).max(100),
  command: z.string().min(1).max(4000),
  phase: GatePhase.default('run_end'),
  /** `green`: everything passes. `no-new-failures`: nothing that passed at checkpoint 0 fails, vanished or is skipped now. */
  requires: z.enum(['green', 'no-new-failures']).default('green'),
  timeoutSeconds: z.int().min(1).max(86_400).default(600),
  /** A file the command writes its report to (JUnit XML, TAP, JSON), relative to the workspace. */
  report: z.string().max(500).optional(),
  /** The task allows tests to vanish, be emptied or be skipped. */
  allowFewerTests: z.boolean().default(false),
  /** How often the model may mend what the gate found before the run ends. */
  fixAttempts: z.int().min(0).max(10).default(2),
})
export type GateSpec = z.output<typeof GateSpec>
