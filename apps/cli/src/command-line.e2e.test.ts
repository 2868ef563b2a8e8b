import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { aPlace, fixingTask } from './testing/place.ts'

describe('the command line', () => {
  test('a run fixes the test on a branch and leaves the files of the user alone', async () => {
    await using place = await aPlace()
    const { code, stdout, stderr } = await place.run([...fixingTask, '--deliver', 'branch', '--json'])
    assert.equal(code, 0, stderr)
    const result = JSON.parse(stdout) as { id: string, outcome: string, exitCode: number, delivery: { branch: string, commit: string } }
    assert.deepEqual([result.outcome, result.exitCode, result.delivery.branch], ['succeeded', 0, `codeforge/${result.id}`])
    assert.equal(await place.git('rev-parse', result.delivery.branch), result.delivery.commit)
    assert.match(await place.git('show', `${result.delivery.branch}:src/parse-duration.js`), /total \+= Number/)
    assert.deepEqual([await place.git('status', '--porcelain'), await place.git('branch', '--show-current')], ['', 'main'])

    assert.match((await place.run(['runs'])).stdout, /succeeded/)
    assert.match((await place.run(['logs', 'last'])).stdout, /gate node --test: passed[^]*\n✔ succeeded\n$/)
    assert.match((await place.run(['diff', result.id.slice(0, 13)])).stdout, /^\+.*total \+= Number/m)
    assert.equal((await place.run(['apply', 'last'])).code, 0)
    assert.equal(await place.git('status', '--porcelain'), 'M src/parse-duration.js')
    assert.match((await place.run(['apply', 'last'])).stderr, /changes of your own in src\/parse-duration\.js/)
    assert.equal((await place.run(['undo', 'last', '--applied'])).code, 0)
    assert.equal((await place.run(['undo', 'last'])).code, 0)
    assert.deepEqual([await place.git('status', '--porcelain'), await place.git('branch', '--list', 'codeforge/*')], ['', ''])
  })

  test('a patch is written where it is wanted', async () => {
    await using place = await aPlace()
    const { code, stdout, stderr } = await place.run([...fixingTask, '--deliver', 'patch', '--output', '../fix.patch', '--json'])
    assert.equal(code, 0, stderr)
    const { patchFile } = JSON.parse(stdout) as { patchFile: string }
    assert.match(await readFile(patchFile, 'utf8'), /total \+= Number/)
    await place.git('apply', '--check', patchFile)
  })

  test('a change that found no place is shown, taken into the files and out of them again', async () => {
    await using place = await aPlace()
    await writeFile(join(place.repository, 'README.md'), 'Being rewritten.\n')
    const { code, stdout } = await place.run([...fixingTask, '--deliver', 'commit-local'])
    assert.equal(code, 16)
    assert.match(stdout, /take it: .*codeforge(\.js)? apply/)
    assert.match((await place.run(['diff', 'last'])).stdout, /^\+.*total \+= Number/m)
    assert.equal((await place.run(['apply', 'last'])).code, 0)
    assert.equal(await place.git('diff', '--name-only'), 'README.md\nsrc/parse-duration.js')
    const undone = await place.run(['undo', 'last', '--applied'])
    assert.equal(undone.code, 0, undone.stderr)
    assert.equal(await place.git('diff', '--name-only'), 'README.md')
  })

  test('Ctrl-C cancels the run, waits until that is recorded, and leaves nothing behind', async () => {
    await using place = await aPlace({ command: 'sleep 60' })
    const running = place.start([...fixingTask, '--json'])
    await running.says('shell sleep 60')
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 130, stderr)
    const result = JSON.parse(stdout) as { status: string, outcome: string }
    assert.deepEqual([result.status, result.outcome], ['ended', 'cancelled'])
    assert.deepEqual([await place.git('status', '--porcelain'), await place.git('branch', '--list', 'codeforge/*')], ['', ''])
    assert.match((await place.run(['show', 'last'])).stdout, /cancelled/)
  })

  test('without a model it refuses and says how to configure one', async () => {
    await using place = await aPlace()
    const { code, stderr, stdout } = await place.run([...fixingTask, '--json'], { CODEFORGE_LLM_BASE_URL: '' })
    assert.equal(code, 2)
    assert.match(stderr, /CODEFORGE_LLM_BASE_URL/)
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'llm-not-configured')
  })

  test('a gate that does not pass has an exit code of its own, and nothing is delivered', async () => {
    await using place = await aPlace()
    const { code, stdout } = await place.run(['run', 'Fix it.', '--gate', 'node --test && false', '--json'])
    assert.equal(code, 10)
    assert.equal((JSON.parse(stdout) as { outcome: string }).outcome, 'gate-failed')
    assert.equal(await place.git('branch', '--list', 'codeforge/*'), '')
  })

  test('a slip is told in a line, never as a stack trace', async () => {
    await using place = await aPlace()
    const config = join(place.data, 'config.yaml')
    await writeFile(config, 'server: { prot: 1 }\n')
    for (const args of [['runz'], ['run'], ['show', 'zz'], ['run', 'x', '--repo', '/none'], ['run', 'x', '--timeout', 'soon'], ['--config', config, 'runs']]) {
      // A build server announces itself; that is no reason for colours in a log.
      const { code, stderr } = await place.run(args, { CI: 'true' })
      assert.equal(code, 2, args.join(' '))
      assert.match(stderr, /^codeforge: /)
      assert.doesNotMatch(stderr, /^ {4}at /m)
    }
  })
})
