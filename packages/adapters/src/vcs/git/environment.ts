import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LineEnds } from './line-ends.ts'

/**
 * The configuration of every repository of ours. git reads no other one: system and user configuration are switched
 * off by the environment, and the configuration of a user's repository or of a workspace is never on git's way.
 */
const configurationWith = ({ autocrlf, eol }: LineEnds): string => `[core]
	repositoryformatversion = 0
	bare = true
	fileMode = true
	symlinks = true
	protectHFS = true
	protectNTFS = true
	hooksPath = /dev/null
	fsmonitor = false
	untrackedCache = false
	autocrlf = ${autocrlf}
	safecrlf = false
	eol = ${eol}
	attributesFile = /dev/null
	excludesFile = /dev/null
	logAllRefUpdates = false
	alternateRefsCommand = true
	pager = cat
[checkout]
	workers = 0
[gc]
	auto = 0
[maintenance]
	auto = false
[submodule]
	recurse = false
[fetch]
	recurseSubmodules = false
	writeCommitGraph = false
[push]
	recurseSubmodules = no
[credential]
	helper =
[protocol "ext"]
	allow = never
[commit]
	gpgSign = false
[diff]
	renames = false
`

/** Outranks every .gitattributes: no byte changes on its way in or out, no driver is looked up, no text hides as binary. */
const attributes = '* -text -eol -ident -filter !working-tree-encoding !diff !merge !crlf !export-subst !export-ignore\n'
/** The same, but line ends are converted as .gitattributes say: git does that itself, and starts nothing. */
const ownAttributes = '* -ident -filter !working-tree-encoding !diff !merge !export-subst !export-ignore\n'

/** Writes what makes a directory a repository of ours, unless it is there already. */
export async function writeNeutralSettings(gitDirectory: string): Promise<void> {
  await writeIfDifferent(join(gitDirectory, 'config'), configurationWith({ autocrlf: 'false', eol: 'lf' }))
  await writeIfDifferent(join(gitDirectory, 'info', 'attributes'), attributes)
}

/** The same for one that sees a user's own files, whose line ends are as the user's git left them. */
export async function writeOwnSettings(gitDirectory: string, lineEnds: LineEnds): Promise<void> {
  await writeIfDifferent(join(gitDirectory, 'config'), configurationWith(lineEnds))
  await writeIfDifferent(join(gitDirectory, 'info', 'attributes'), ownAttributes)
}

/** Replaces a file in one step where its text differs, so that a reader in another process never sees half of it. */
export async function writeIfDifferent(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(draft, text)
  await rename(draft, path)
}

/** What ssh and a proxied network need; passed on only to commands that talk to a remote. */
const networkVariables = ['SSH_AUTH_SOCK', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO']

/** The whole environment of a git process: nothing of ours is inherited but the way to programs. */
export function localEnvironment(searchPath: string): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_DIR: '/nonexistent', // a call that forgets its repository must not find one by looking around
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
    GIT_ASKPASS: 'false',
  }
}

/** Added for commands that talk to a remote. */
export function networkEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed = networkVariables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]))
  return {
    ...Object.fromEntries(passed),
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:git:file',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
  }
}
