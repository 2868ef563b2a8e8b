/** Why a call was judged so, without the decision itself where that stands beside it. */
export function reasonWords(reason: string): string {
  const rest = reason.replace(/^(Allowed|Denied|Needs a person): /, '')
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`
}

/** What the model is told of a denied call: the decision once, with its rule. */
export function denialWords(ruleId: string, reason: string): string {
  return `Denied (${ruleId})${/^Denied[:,] /.test(reason) ? reason.slice('Denied'.length) : `: ${reason}`}`
}
