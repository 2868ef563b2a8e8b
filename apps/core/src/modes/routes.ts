import { ModeSummary } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { Mode } from '@codeforge/contracts/mode'
import { z } from 'zod'
import type { App, RouteContext } from '../http/index.ts'

/** Modes, to read. */
export function modeRoutes(app: App, { ports }: RouteContext): void {
  const items = z.strictObject({ items: z.array(ModeSummary) })
  app.get('/modes', { schema: { tags: ['modes'], response: { 200: items } } }, () => ({
    items: ports.modes.list().map(({ item, preset }) => {
      const { promptTemplate: _template, prompt: _prompt, history: _history, processors: _processors, ...summary } = item
      return { ...summary, preset }
    }),
  }))

  const byId = z.strictObject({ id: z.string() })
  app.get('/modes/:id', { schema: { tags: ['modes'], params: byId, response: { 200: Mode } } }, (request) => {
    const mode = ports.modes.get(request.params.id)
    if (!mode) throw new CodeForgeError('mode-not-found', `There is no mode '${request.params.id}'.`)
    return mode
  })
}
