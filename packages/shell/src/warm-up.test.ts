import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createShellAnalyser } from './analyser.ts'
import { readPlainScript } from './plain-script.ts'
import { warmUp } from './warm-up.ts'

test('warming up analyses plain commands of programs that the table has, in turns', async () => {
  const analyse = await createShellAnalyser()
  const analysed: string[] = []
  const warm = warmUp((command) => {
    analysed.push(command)
    assert.ok(readPlainScript(`${command}\n`) !== null, command)
    const analysis = analyse(command)
    assert.deepEqual([analysis.unknown, analysis.commands.every(({ listed }) => listed)], [[], true], command)
    return analysis
  })
  assert.equal(analysed.length, 0)
  // Warming up keeps no process alive, so somebody else has to.
  const alive = setInterval(() => undefined, 1000)
  await warm.finally(() => { clearInterval(alive) })
  assert.ok(analysed.some((command) => command.startsWith('git ')))
})
