import type { CallMatcher, CommandPattern, NetworkAccess, PolicyExampleCall } from '@codeforge/contracts/policy-profile'

/** What a rule speaks about, as phrases that must all hold. */
export function matcherWords({ tools, paths, access, commands, args, modes, backends, fromDepth, context, effects }: CallMatcher): readonly { readonly kind: string; readonly items: readonly string[] }[] {
  return [
    { kind: 'tools', items: tools ?? [] },
    { kind: access === undefined ? 'paths' : `paths that are ${access === 'read' ? 'read' : 'written'}`, items: paths ?? (access === undefined ? [] : ['any']) },
    { kind: 'commands', items: (commands ?? []).map(commandWords) },
    { kind: 'arguments', items: Object.entries(args ?? {}).map(([name, globs]) => `${name}: ${globs.join(' or ')}`) },
    { kind: 'commands that reach', items: effects ?? [] },
    { kind: 'modes', items: modes ?? [] },
    { kind: 'agent programs', items: backends ?? [] },
    { kind: 'agents', items: fromDepth === undefined ? [] : [`from depth ${fromDepth} on`] },
    { kind: 'while', items: context === undefined ? [] : ['text from outside is in the context'] },
  ].filter(({ items }) => items.length > 0)
}

/** An example call in one line. */
export function exampleWords(call: PolicyExampleCall): string {
  return typeof call === 'string' ? call : `${call.tool} ${JSON.stringify(call.args)}`
}

/** Where commands may connect to. */
export function networkWords(network: NetworkAccess): string {
  if (network === 'none') return 'none'
  return network === 'all' ? 'any host' : network.hosts.join(', ')
}

function commandWords({ program, args, has, lacks, only }: CommandPattern): string {
  const arguments_ = args === undefined ? ['…'] : args
  return [
    program, ...arguments_,
    ...(has === undefined ? [] : [`with ${has.join(' or ')}`]),
    ...(lacks === undefined ? [] : [`without ${lacks.join(' or ')}`]),
    ...(only === undefined ? [] : [`with nothing but ${only.join(' or ')}`]),
  ].join(' ')
}
