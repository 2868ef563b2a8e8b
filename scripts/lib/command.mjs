import { spawn } from 'node:child_process'

/**
 * Runs a program to its end and returns its exit code and combined output.
 * With `show`, the output is passed on to stderr as it comes, so stdout stays clean for the caller's own result.
 */
export function runCommand(file, args, { show = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        if (show) process.stderr.write(text)
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
