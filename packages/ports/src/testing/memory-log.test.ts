import { describeLogContract } from './log.ts'
import { memoryLog } from './memory-log.ts'

describeLogContract('memory', async (redactor) => {
  const log = memoryLog(redactor)
  return { log, lines: async () => log.lines, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() }
})
