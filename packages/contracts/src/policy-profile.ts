import { z } from 'zod'
import { GateSpec } from './gate.ts'
import { MicroUsd } from './money.ts'
import { CommandEffect } from './shell-analysis.ts'
import { Decision } from './verdict.ts'
import { TerminationCondition } from './termination.ts'

/** One simple command pattern on the parsed command: its program and, in order, patterns its arguments must start with. */
export const CommandPattern = z.strictObject({
  /** Glob over the basename; of a program that is named by a path outside the system's folders, over that path: `./gradlew`. */
  program: z.string().min(1),
  /** Glob per leading argument; `**` as the last one matches any rest. Absent: any arguments. */
  args: z.array(z.string()).optional(),
  /** Globs of which at least one argument, anywhere, must match one. */
  has: z.array(z.string().min(1)).optional(),
  /** Globs that no argument may match; an argument that is not known counts as a match. */
  lacks: z.array(z.string().min(1)).optional(),
  /** Globs of which every argument must match one; there must be one. */
  only: z.array(z.string().min(1)).optional(),
})
export type CommandPattern = z.output<typeof CommandPattern>

/** What a guard or rule speaks about. Every property that is present must match; within one list any entry suffices. */
export const CallMatcher = z.strictObject({
  /** Globs over tool names. */
  tools: z.array(z.string().min(1)).optional(),
  /** Globs over workspace-relative paths after resolution; `!` negates; `**` crosses folders. */
  paths: z.array(z.string().min(1)).optional(),
  /** Whether the paths are read or written; absent: either. */
  access: z.enum(['read', 'write']).optional(),
  /** Patterns over each simple command that could execute. */
  commands: z.array(CommandPattern).optional(),
  /** Globs over the values of a tool's arguments, by name; each name must be there and match. */
  args: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
  /** Globs over the id of the mode. */
  modes: z.array(z.string().min(1)).optional(),
  /** Globs over the name of the agent program that asks; ours is `native`. */
  backends: z.array(z.string().min(1)).optional(),
  /** Sub-agents from this depth on; the first agent has depth 0. */
  fromDepth: z.int().min(0).optional(),
  /** `untrusted`: text from outside the project is in the context. */
  context: z.enum(['untrusted']).optional(),
  /** What a command reaches, by the analysis of it. */
  effects: z.array(CommandEffect).optional(),
})
export type CallMatcher = z.output<typeof CallMatcher>

/** A call and what must come out of it. A string is a shell command; an object names another tool. */
export const PolicyExampleCall = z.union([
  z.string().min(1),
  z.strictObject({ tool: z.string().min(1), args: z.record(z.string(), z.json()).default({}) }),
])
export type PolicyExampleCall = z.output<typeof PolicyExampleCall>

/** Paths that no agent may name, whatever the rules say. Globs over workspace-relative paths; `!` takes one out again. */
export const defaultBlockedPaths = [
  '**/.git', '**/.git/**', '**/.env*', '**/.env*/**', '!**/.env.example',
  '**/*.pem', '**/*.key', '**/*.p12', '**/*.pfx', '**/*.keystore', '**/*.jks', '**/id_rsa', '**/id_dsa', '**/id_ecdsa', '**/id_ed25519',
  '**/.ssh', '**/.ssh/**', '**/.aws/**', '**/.gnupg/**', '**/.netrc', '**/.npmrc', '**/.pypirc', '**/.git-credentials', '**/.docker/config.json', '**/.kube/**',
] as const

/** Places outside the workspace that commands may read: system libraries, tools, facts about the machine. */
export const defaultReadablePaths = [
  '/usr/**', '/lib/**', '/lib64/**', '/bin/**', '/sbin/**', '/opt/**', '/etc/os-release', '/etc/debian_version', '/etc/alternatives/**',
  '/proc/cpuinfo', '/proc/meminfo', '/proc/version', '/dev/null', '/dev/stdin', '/dev/stdout', '/dev/stderr', '/dev/fd/*',
] as const

/** Paths that may be read, and that an agent changes only where a person agrees: what they say is executed elsewhere, with rights that no run has. */
export const defaultProtectedPaths = [
  '.github/workflows/**', '.github/actions/**', '.gitlab-ci.yml', '.gitlab/ci/**', '.circleci/**', '.buildkite/**', '.woodpecker/**', '.woodpecker.yml', '.drone.yml',
  '.travis.yml', 'appveyor.yml', '.appveyor.yml', 'azure-pipelines.yml', '.azure-pipelines/**', 'bitbucket-pipelines.yml', 'Jenkinsfile', '**/Jenkinsfile', '.tekton/**', 'cloudbuild.yaml',
] as const

/** Where files may lie that an agent names. Leaving the workspace is denied but for what is listed here. */
export const PathRules = z.strictObject({
  blocked: z.array(z.string().min(1)).default([...defaultBlockedPaths]),
  /** Globs that may be read; writing them is asked about. Empty: none. */
  protected: z.array(z.string().min(1)).default([...defaultProtectedPaths]),
  /** Absolute globs that commands may read. */
  readable: z.array(z.string().min(1)).default([...defaultReadablePaths]),
  /** Plain files below /tmp may be read and written by commands. */
  scratch: z.boolean().default(false),
})
export type PathRules = z.output<typeof PathRules>

const ruleId = z.string().regex(/^[a-z0-9][a-z0-9-]*$/).max(80)

/** A deny that nothing overrides; the order of guards does not matter. */
export const PolicyGuard = z.strictObject({
  id: ruleId,
  deny: CallMatcher,
  because: z.string().min(1),
  instead: z.string().optional(),
  matches: z.array(PolicyExampleCall).default([]),
  not: z.array(PolicyExampleCall).default([]),
})
export type PolicyGuard = z.output<typeof PolicyGuard>

/** The first rule that matches decides. */
export const PolicyRule = z.strictObject({
  id: ruleId,
  decision: Decision,
  when: CallMatcher,
  because: z.string().min(1),
  instead: z.string().optional(),
  matches: z.array(PolicyExampleCall).default([]),
  not: z.array(PolicyExampleCall).default([]),
})
export type PolicyRule = z.output<typeof PolicyRule>

/** Lists of patterns by name, which a file of a profile may put into its patterns as `<name>`; a profile in force has them put in. */
export const PolicyLists = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.array(z.string().regex(/^[^\s{},<>]+$/)).min(1))

export const NetworkAccess = z.union([z.enum(['none', 'all']), z.strictObject({ hosts: z.array(z.string()).min(1) })])
export type NetworkAccess = z.output<typeof NetworkAccess>

/** Limits on what one run may use. Absent: no limit from this source. */
export const ResourceLimits = z.strictObject({
  memoryMb: z.int().min(16).optional(),
  pids: z.int().min(4).optional(),
  /** Size of one file. */
  diskMb: z.int().min(1).optional(),
  /** Seconds of one command. */
  commandSeconds: z.int().min(1).optional(),
  /** Seconds of processor time of one process. */
  cpuSeconds: z.int().min(1).optional(),
  /** Bytes of output kept of one command. */
  outputBytes: z.int().min(1024).optional(),
})
export type ResourceLimits = z.output<typeof ResourceLimits>

export const PolicyProfile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/).max(80),
  description: z.string().min(1),
  /** What happens when no rule matches: `read-only` denies; otherwise attended asks and unattended denies. */
  situation: z.enum(['read-only', 'by-attendance']).default('by-attendance'),
  sandbox: z.strictObject({
    /** `required`: refuses to start without one. `preferred`: the strongest present. `none`: runs on the host as it is. */
    need: z.enum(['required', 'preferred', 'none']).default('required'),
    network: NetworkAccess.default('none'),
    /** The user trusts this project's own code to run without a sandbox. */
    trustsProject: z.boolean().default(false),
    /** A sandbox that enforces keeps commands and the project's code from opening files of blocked names that the repository ignores. */
    hidesBlocked: z.boolean().default(true),
  }).prefault({}),
  paths: PathRules.prefault({}),
  guards: z.array(PolicyGuard).default([]),
  rules: z.array(PolicyRule).default([]),
  gates: z.array(GateSpec).default([]),
  /** A run that ends because a gate does not hold leaves the files as they were at checkpoint 0. */
  rewindOnGateFailure: z.boolean().default(true),
  termination: TerminationCondition,
  /** Most that one run may spend. */
  maxCostMicroUsd: MicroUsd,
  limits: ResourceLimits.default({}),
  examples: z.array(z.strictObject({
    call: PolicyExampleCall,
    situation: z.enum(['attended', 'unattended']).default('unattended'),
    decision: Decision,
    ruleId: z.string().optional(),
  })).default([]),
})
export type PolicyProfile = z.output<typeof PolicyProfile>
