import { readFile } from 'node:fs/promises'
import { realPathsOf } from '@codeforge/agent/policy/real-paths'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'
import type { Verdict } from '@codeforge/contracts/verdict'
import type { Catalogue } from '@codeforge/core/ports'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { checkExamples, type FailingExample } from '@codeforge/domain/policy/examples'
import { parsePolicy } from '@codeforge/domain/policy/parse'
import { commandOf, type PolicyCall, type PolicySituation } from '@codeforge/domain/policy/policy-call'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { remembered } from '@codeforge/shell/remembered'
import { dataDirectoryOf } from '../config/directories.ts'
import { loadConfig } from '../config/load-config.ts'
import type { InstallationOptions } from '../installation.ts'
import { layout } from '../data/data-directory.ts'
import { shipped } from '../shipped.ts'
import { readCatalogue } from './read-policies.ts'

/** In what circumstances a call is judged. */
export interface Circumstances {
  /** Absolute path, whose links are followed; null: paths are judged by their text. */
  readonly workspace: string | null
  readonly attended: boolean
  /** `as-demanded`: as if the sandbox that the profile wants is there. `none`: as if commands ran on the host as it is. */
  readonly sandbox: 'as-demanded' | 'none'
}

/** Judges calls without a server: the profiles of this installation, and the analysis of commands. */
export interface PolicyDesk {
  readonly profiles: Catalogue<PolicyProfile>
  /** `policy-not-found` names those that there are. */
  profile(name: string): PolicyProfile
  /** Reads a profile from a file, whose examples may fail; `policy-invalid` where it is none. */
  read(file: string): Promise<PolicyProfile>
  failingExamples(profile: PolicyProfile): readonly FailingExample[]
  analyse(command: string): ShellAnalysis
  /** A function that judges calls under one profile. */
  judge(profile: PolicyProfile, circumstances: Circumstances): (call: PolicyCall) => Verdict
}

/** Opens the profiles that ship and the custom ones, from the configured folder or that of the data directory. */
export async function openPolicyDesk({ environment, configFile, dataDirectory }: InstallationOptions): Promise<PolicyDesk> {
  const [analyse, { config }] = await Promise.all([createShellAnalyser().then(remembered), loadConfig(configFile, environment)])
  // A profile with failing examples can still be looked at and tested here; runs refuse it.
  const own = config.policies.directory ?? layout(dataDirectoryOf(dataDirectory, environment)).policies
  const profiles = await readCatalogue(shipped.policies, own)
  return {
    profiles,
    profile: (name) => {
      const profile = profiles.get(name)
      if (profile !== undefined) return profile
      throw new CodeForgeError('policy-not-found', `There is no policy profile '${name}'. There are: ${profiles.list().map(({ item }) => item.name).join(', ')}.`)
    },
    read: async (file) => parsePolicy(await readFile(file, 'utf8'), file, (name) => profiles.list().find(({ item, preset }) => preset && item.name === name)?.item),
    failingExamples: (profile) => checkExamples(profile, analyse),
    analyse,
    judge: (profile, { workspace, attended, sandbox }) => {
      const situation: PolicySituation = {
        attended,
        sandboxEnforces: sandbox === 'as-demanded' && profile.sandbox.need !== 'none',
        workspace,
        mode: null,
        stepTools: null,
        ...(workspace !== null && { realPaths: realPathsOf(workspace) }),
      }
      return (call) => {
        const command = commandOf(call)
        return evaluate(profile, call, situation, command === null ? null : analyse(command))
      }
    },
  }
}
