import { CodeForgeError } from '@codeforge/contracts/error-code'
import { sandboxMarker } from '@codeforge/ports/sandbox'

/** Beside the run's marker: whose process this is, and of which command. */
export const installationMarker = 'CODEFORGE_INSTALLATION'
export const commandMarker = 'CODEFORGE_COMMAND'

export interface Marker {
  readonly installation: string
  readonly runId: string
  readonly attempt: number
}

/** The run part of a marker, as the sweep compares it. */
export const runOf = (marker: Pick<Marker, 'runId' | 'attempt'>): string => `${marker.runId}.${String(marker.attempt)}`

/** The variables by which a process is known as ours, even after it left its parent. */
export function markerVariables(marker: Marker): Record<string, string> {
  return { [sandboxMarker]: runOf(marker), [installationMarker]: marker.installation }
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Refuses what a shell could not export or an exec could not carry. */
export function assertVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!variableName.test(name)) throw new CodeForgeError('invalid-input', `'${name}' is not a name of an environment variable.`)
    if (value.includes('\0')) throw new CodeForgeError('invalid-input', `The environment variable ${name} contains a zero byte.`)
  }
}
