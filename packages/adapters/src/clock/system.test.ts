import { setTimeout } from 'node:timers/promises'
import { describeClockContract } from '@codeforge/ports/testing/clock'
import { systemClock } from './system.ts'

describeClockContract('system', async () => {
  const clock = await systemClock.open({})
  return { clock, pass: (milliseconds) => setTimeout(milliseconds), [Symbol.asyncDispose]: () => clock[Symbol.asyncDispose]() }
})
