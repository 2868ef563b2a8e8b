import { z } from 'zod'

export const WireError = z.union([
  z.string(),
  z.looseObject({ message: z.string().nullish(), type: z.string().nullish(), code: z.union([z.string(), z.number()]).nullish() }),
])
/** What an OpenAI-compatible server says of an error; servers differ. */
export type WireError = z.output<typeof WireError>
