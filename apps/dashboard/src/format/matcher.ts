import type { CallMatcher, CommandPattern, NetworkAccess, PolicyExampleCall } from '@codeforge/contracts/policy-profile'

/** What a rule speaks about, as phrases that must all hold. */
export function matcherWords({ tools, paths, commands }: CallMatcher): readonly { readonly kind: string; readonly items: readonly string[] }[] {
  return [
    { kind: 'tools', items: tools ?? [] },
    { kind: 'paths', items: paths ?? [] },
    { kind: 'commands', items: (commands ?? []).map(commandWords) },
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

function commandWords({ program, args, has }: CommandPattern): string {
  const arguments_ = args === undefined ? ['…'] : args
  return [program, ...arguments_, ...(has === undefined ? [] : [`with ${has.join(' or ')}`])].join(' ')
}
