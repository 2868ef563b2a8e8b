/** Raise it when the quick scan finds other facts in the same text. */
export const scanVersion = 3

/** Raise it when a grammar, a query or a rule gives other facts of the same text. */
export const exactVersion = 3

/** Raise it whenever the layout of encoded facts changes: values of another version are not read. */
export const factsFormat = 2
