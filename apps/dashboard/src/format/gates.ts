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
