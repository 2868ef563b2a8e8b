import type { GateSpec } from '@codeforge/contracts/gate'

/** Gates from what a person typed: one command a line, named after it. */
export function gatesOf(text: string): { name: string; command: string }[] {
  const names = new Map<string, number>()
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').map((command) => {
    const base = command.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 60) || 'gate'
    const used = (names.get(base) ?? 0) + 1
    names.set(base, used)
    return { name: used === 1 ? base : `${base}-${used}`, command }
  })
}

/** Gates from what a person typed, where a gate with the same command keeps everything else that was set of it. */
export function keptGates(text: string, known: readonly GateSpec[]): ({ name: string; command: string } | GateSpec)[] {
  const taken = new Set(known.filter(({ command }) => text.split('\n').some((line) => line.trim() === command)).map(({ name }) => name))
  return gatesOf(text).map((gate) => {
    const same = known.find(({ command }) => command === gate.command)
    if (same !== undefined) return same
    return taken.has(gate.name) ? { ...gate, name: `${gate.name}-new` } : gate
  })
}
