import type { Language, Tree, TreeCursor } from 'web-tree-sitter'

/**
 * A node of the syntax tree as a plain object. Each question put to the grammar's own nodes crosses into WebAssembly; here the tree is
 * copied once, and asking is free.
 */
export class SyntaxNode {
  readonly type: string
  readonly isNamed: boolean
  readonly startIndex: number
  readonly endIndex: number
  readonly parent: SyntaxNode | null
  readonly fieldName: string | null
  readonly children: SyntaxNode[] = []
  /** The statements, words and expansions that the walk has looked at; what it has not is accounted for at the end. */
  seen = false
  readonly #script: string
  readonly #index: number
  #text: string | null = null
  #named: readonly SyntaxNode[] | null = null

  constructor(script: string, parent: SyntaxNode | null, own: Pick<SyntaxNode, 'type' | 'isNamed' | 'startIndex' | 'endIndex' | 'fieldName'>) {
    this.#script = script
    this.parent = parent
    // It is added to its parent's children once it is made.
    this.#index = parent?.children.length ?? 0
    this.type = own.type
    this.isNamed = own.isNamed
    this.startIndex = own.startIndex
    this.endIndex = own.endIndex
    this.fieldName = own.fieldName
  }

  get text(): string {
    this.#text ??= this.#script.slice(this.startIndex, this.endIndex)
    return this.#text
  }

  /** The sign right after it; empty at the end of the script. */
  get following(): string {
    return this.#script.charAt(this.endIndex)
  }

  /** The sign right before it; empty at the beginning of the script. */
  get preceding(): string {
    return this.#script.charAt(this.startIndex - 1)
  }

  get namedChildren(): readonly SyntaxNode[] {
    this.#named ??= this.children.filter(({ isNamed }) => isNamed)
    return this.#named
  }

  get nextSibling(): SyntaxNode | null {
    return this.parent?.children[this.#index + 1] ?? null
  }

  field(name: string): SyntaxNode | null {
    return this.children.find(({ fieldName }) => fieldName === name) ?? null
  }

  fields(name: string): readonly SyntaxNode[] {
    return this.children.filter(({ fieldName }) => fieldName === name)
  }

  /** Nodes of some types below this one, itself included, in the order of the text. */
  descendants(types: ReadonlySet<string>, found: SyntaxNode[] = []): readonly SyntaxNode[] {
    if (types.has(this.type)) found.push(this)
    for (const child of this.children) child.descendants(types, found)
    return found
  }
}

/** What is asked of each node type, looked up once per grammar. */
interface NodeType { readonly name: string; readonly named: boolean; readonly leaf: boolean; readonly fields: boolean }

const leaves: ReadonlySet<string> = new Set(['word', 'variable_name', 'raw_string', 'ansi_c_string', 'string_content', 'heredoc_content', 'heredoc_end', 'heredoc_start', 'comment', 'file_descriptor', 'test_operator', 'special_variable_name'])
const withFields: ReadonlySet<string> = new Set(['for_statement', 'c_style_for_statement', 'while_statement', 'function_definition', 'variable_assignment', 'case_statement', 'case_item', 'if_statement'])

const typesOf = new WeakMap<Language, readonly NodeType[]>()

function nodeTypes(language: Language): readonly NodeType[] {
  const known = typesOf.get(language)
  if (known !== undefined) return known
  const made = Array.from({ length: language.nodeTypeCount }, (_, id): NodeType => {
    const name = language.nodeTypeForId(id) ?? ''
    const named = language.nodeTypeIsNamed(id)
    return { name, named, leaf: !named || leaves.has(name), fields: withFields.has(name) }
  })
  typesOf.set(language, made)
  return made
}

/** Copies a tree; null where it is nested deeper than `depth`. */
export function copyTree(tree: Tree, script: string, depth: number): SyntaxNode | null {
  const types = nodeTypes(tree.language)
  const cursor = tree.walk()
  try {
    return copyNode({ cursor, script, types }, null, false, depth)
  } finally {
    cursor.delete()
  }
}

interface Copying { readonly cursor: TreeCursor; readonly script: string; readonly types: readonly NodeType[] }

function copyNode(copying: Copying, parent: SyntaxNode | null, asField: boolean, depth: number): SyntaxNode | null {
  if (depth < 0) return null
  const { cursor, script, types } = copying
  const type = types[cursor.nodeTypeId]
  const startIndex = cursor.startIndex
  const node = new SyntaxNode(script, parent, {
    type: type?.name ?? cursor.nodeType, isNamed: type?.named ?? cursor.nodeIsNamed, startIndex, endIndex: cursor.endIndex, fieldName: asField ? cursor.currentFieldName : null,
  })
  if (type?.leaf === true || !cursor.gotoFirstChild()) return node
  do {
    const child = copyNode(copying, node, type?.fields ?? true, depth - 1)
    if (child === null) return null
    node.children.push(child)
  } while (cursor.gotoNextSibling())
  cursor.gotoParent()
  return node
}
