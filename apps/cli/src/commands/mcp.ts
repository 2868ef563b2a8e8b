import { dataDirectoryOf } from '@codeforge/host/config/directories'
import { openDataDirectory, readToken } from '@codeforge/host/data/data-directory'
import { readVersion } from '@codeforge/host/shipped'
import type { McpServer } from '@modelcontextprotocol/server'
import type { Command } from 'commander'
import { openHelper } from '../code/deep-lines.ts'
import { openCode, type OpenCode } from '../code/open-code.ts'
import { globalsOf } from '../globals.ts'
import { liveCode } from '../mcp/live-code.ts'
import type { Terminal } from '../output/terminal.ts'
import { port } from '../parse-values.ts'

/** `codeforge mcp`: code intelligence for any agent that speaks the Model Context Protocol. */
export function addMcp(program: Command, terminal: Terminal): void {
  program.command('mcp')
    .summary('offer a repository to agents over MCP')
    .description('Offers search, map, symbols, references and context packs of a repository over the Model Context Protocol, on standard input and output.')
    .option('--repo <dir>', 'repository, or any directory', '.')
    .option('--http <port>', 'over streamable HTTP on this port of 127.0.0.1 instead; 0 takes any free one', port)
    .action(async ({ repo, http }: { repo: string; http?: number }, command: Command) => {
      // Loaded here: every other command starts faster without them.
      const [{ codeServer }, { serveHttp }] = await Promise.all([import('../mcp/code-server.ts'), import('../mcp/serve-http.ts')])
      await using open = await openCode(command, terminal, { repo })
      const ending = new AbortController()
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => { ending.abort() })
      const live = liveCode(open.root, open.code, ending.signal)
      await using stack = new AsyncDisposableStack()
      const helper = await openHelper(command, stack)
      const build = () => codeServer(live, helper, readVersion())
      // Exact symbols and vectors follow while the first questions are answered; where that fails, what there is stays.
      void followUp(open, ending.signal).catch(() => undefined)
      if (http === undefined) return await overStdio(build, ending.signal) // awaited here: what is opened must outlive it
      const directory = await openDataDirectory(dataDirectoryOf(globalsOf(command).data, process.env))
      await using server = await serveHttp(build, { port: http, token: await readToken(directory) })
      terminal.note(`MCP at ${server.url}; clients send the token in ${directory.tokenFile} as "Authorization: Bearer ...". Ctrl-C ends it.`)
      await aborted(ending.signal)
    })
}

async function followUp({ code, status }: OpenCode, signal: AbortSignal): Promise<void> {
  if (!status.exact) await code.complete(signal)
  await code.embed(signal)
}

async function overStdio(build: () => McpServer, signal: AbortSignal): Promise<void> {
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
  const connection = serveStdio(build)
  // The client says that it is done by closing our input.
  const closed = new Promise<void>((resolve) => process.stdin.once('close', resolve).once('end', resolve))
  await Promise.race([closed, aborted(signal)])
  await connection.close()
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }, { once: true }) })
}
