import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One program that bash really started, with the words that it got. */
export type Started = readonly string[]

/** Programs that do nothing but note that they ran; `beta` fails. */
export const stubs = ['alpha', 'beta', 'gamma', 'delta'] as const

const passedOn = ['env', 'nice', 'timeout', 'xargs', 'bash']

/**
 * Real bash in an empty folder, where nothing but harmless stubs and wrappers can be found: says which stubs a script started. Scripts must be
 * made of those names alone; each is ended after two seconds.
 */
export class Oracle implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'oracle-'))
  #runs = 0

  constructor() {
    const bin = join(this.#folder, 'bin')
    mkdirSync(bin)
    for (const name of stubs) {
      const file = join(bin, name)
      writeFileSync(file, `#!/bin/sh\nline="\${0##*/}"\nfor word; do line="$line$(printf '\\037')$word"; done\nprintf '%s\\036' "$line" >> .log\n${name === 'beta' ? 'exit 1' : 'exit 0'}\n`.replace('$(printf \'\\037\')', '\u001f'))
      chmodSync(file, 0o755)
    }
    for (const name of passedOn) symlinkSync(`/usr/bin/${name}`, join(bin, name))
  }

  run(script: string): readonly Started[] {
    // Each run has a folder of its own: what an earlier one left in the background notes itself there.
    const cwd = join(this.#folder, `run${String(this.#runs++)}`)
    mkdirSync(cwd)
    writeFileSync(join(cwd, '.log'), '')
    spawnSync('/bin/bash', ['--norc', '--noprofile', '-c', script], { cwd, env: { PATH: join(this.#folder, 'bin') }, input: '', timeout: 2000, killSignal: 'SIGKILL', stdio: ['pipe', 'ignore', 'ignore'] })
    return readFileSync(join(cwd, '.log'), 'utf8').split('\u001e').filter((line) => line !== '').map((line) => line.split('\u001f'))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
