import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ShellAnalysis } from '@codeforge/contracts/shell-analysis'
import { createShellAnalyser } from './analyser.ts'

const analyse = await createShellAnalyser()
const places: readonly (readonly [string, RegExp])[] = [['/etc/init.d', /./], ['/usr/bin', /./], ['/usr/sbin', /./], ['/var/lib/dpkg/info', /\.(postinst|prerm|postrm|preinst)$/]]

function scriptsIn([folder, names]: readonly [string, RegExp]): string[] {
  try {
    return readdirSync(folder).filter((name) => names.test(name)).map((name) => join(folder, name)).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true && statSync(file).size < 60_000)
      .map((file) => readFileSync(file, 'utf8')).filter((text) => /^#! ?\/\S*\b(ba|da)?sh\b/.test(text))
  } catch {
    return []
  }
}

const scripts = places.flatMap(scriptsIn).slice(0, 300)

test('scripts that a system ships are analysed without an exception, and whatever runs something is seen', { skip: scripts.length === 0 ? 'no shell scripts of the system were found here' : false }, (context) => {
  let understood = 0
  for (const script of scripts) {
    const analysis = analyse(script)
    assert.deepEqual(ShellAnalysis.parse(analysis), analysis)
    assert.ok(!analysis.unknown.some((reason) => reason.startsWith('the analysis failed')), analysis.unknown.join('\n'))
    assert.ok(analysis.unknown.length > 0 || analysis.commands.length > 0 || !/^\s*\w/m.test(script.replaceAll(/^#.*$/gm, '')))
    if (analysis.unknown.length === 0) understood++
  }
  context.diagnostic(`${scripts.length} scripts, ${understood} of them without anything unknown`)
})
