import { spawn } from 'node:child_process'

/** The flags under which all TypeScript of this project runs. */
export const nodeFlags = ['--disable-warning=ExperimentalWarning']

/**
 * Runs a script under the given Node as if it were this process: same streams, same directory, same signals, same end.
 * Never returns.
 */
export function becomeNode(node, script, args) {
  const child = spawn(node, [...nodeFlags, script, ...args], { stdio: 'inherit' })
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    // A terminal sends Ctrl-C to the whole group, the child included; sending it again would read as "now, at once".
    const sentByTerminal = atTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
    process.on(signal, () => sentByTerminal || child.kill(signal))
  }
  child.on('error', (error) => {
    process.stderr.write(`codeforge: ${node} could not be started: ${error.message}. Delete .runtime and try again.\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
