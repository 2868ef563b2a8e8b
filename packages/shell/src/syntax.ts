import type { Language, Tree, TreeCursor } from 'web-tree-sitter'

const none: readonly SyntaxNode[] = []

/**
 * A node of the syntax tree as a plain object. Each question put to the grammar's own nodes crosses into WebAssembly; here the tree is
 * copied once, and asking is free.
 */
export class SyntaxNode {
  readonly type: string
  readonly isNamed: boolean
  readonly startIndex: number
  readonly endIndex: number
  fieldName: string | null
  /** The statements, words and expansions that the walk has looked at; what it has not is accounted for at the end. */
  seen = false
  /** Whether a redirection among its children may give it an input; null: nobody asked. */
  hasInput: boolean | null = null
  /** The names that code below it may assign; null: nobody asked. */
  assigned: ReadonlySet<string> | null = null
  readonly #script: string
  #parent: SyntaxNode | null = null
  #index = 0
  #children: readonly SyntaxNode[] = none
  #text: string | null = null
  #named: readonly SyntaxNode[] | null = null

  constructor(script: string, own: Pick<SyntaxNode, 'type' | 'isNamed' | 'startIndex' | 'endIndex' | 'fieldName'>) {
    this.#script = script
    this.type = own.type
    this.isNamed = own.isNamed
    this.startIndex = own.startIndex
    this.endIndex = own.endIndex
    this.fieldName = own.fieldName
  }

  /** Hangs nodes below this one. Trees are put together from their leaves up. */
  adopt(children: readonly SyntaxNode[]): this {
    for (let index = 0; index < children.length; index++) {
      const child = children[index]
      if (child === undefined) continue
      child.#parent = this
      child.#index = index
    }
    this.#children = children
    return this
  }

  get parent(): SyntaxNode | null {
    return this.#parent
  }

  get children(): readonly SyntaxNode[] {
    return this.#children
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

  /** Text of the script by its place in it. */
  between(from: number, to: number): string {
    return this.#script.slice(from, to)
  }

  get namedChildren(): readonly SyntaxNode[] {
    this.#named ??= this.#children.length === 0 ? none : this.#children.filter(({ isNamed }) => isNamed)
    return this.#named
  }

  get nextSibling(): SyntaxNode | null {
    return this.#parent === null ? null : this.#parent.#children[this.#index + 1] ?? null
  }

  field(name: string): SyntaxNode | null {
    return this.#children.find(({ fieldName }) => fieldName === name) ?? null
  }

  fields(name: string): readonly SyntaxNode[] {
    return this.#children.filter(({ fieldName }) => fieldName === name)
  }

  /** Nodes of some types below this one, itself included, in the order of the text. */
  descendants(types: ReadonlySet<string>, found: SyntaxNode[] = []): readonly SyntaxNode[] {
    if (types.has(this.type)) found.push(this)
    for (const child of this.#children) child.descendants(types, found)
    return found
  }
}

/** What is asked of each node type, looked up once per grammar. `plain`: whether one of this text has no children that anybody asks for. */
interface NodeType {
  readonly name: string
  readonly named: boolean
  readonly leaf: boolean
  /** It is written as it is called. */
  readonly sign: boolean
  readonly fields: boolean
  readonly plain: ((text: string) => boolean) | null
}

const leaves: ReadonlySet<string> = new Set(['word', 'variable_name', 'raw_string', 'ansi_c_string', 'string_content', 'heredoc_content', 'heredoc_end', 'heredoc_start', 'comment', 'file_descriptor', 'test_operator', 'special_variable_name'])
const withFields: ReadonlySet<string> = new Set(['for_statement', 'c_style_for_statement', 'while_statement', 'function_definition', 'variable_assignment', 'case_statement', 'case_item', 'if_statement'])

/** Texts that say everything of a node: below it there is only the text once more, in pieces. */
const plainTexts: Readonly<Record<string, (text: string) => boolean>> = {
  string: (text) => text.startsWith('"') && !/[$`]/.test(text),
  command_name: (text) => /^[A-Za-z_][\w./-]*$/.test(text),
  number: (text) => /^\d+$/.test(text),
}

const typesOf = new WeakMap<Language, readonly NodeType[]>()

function nodeTypes(language: Language): readonly NodeType[] {
  const known = typesOf.get(language)
  if (known !== undefined) return known
  const made = Array.from({ length: language.nodeTypeCount }, (_, id): NodeType => {
    const name = language.nodeTypeForId(id) ?? ''
    const named = language.nodeTypeIsNamed(id)
    return { name, named, leaf: !named || leaves.has(name), sign: !named && name !== '' && name !== '$', fields: withFields.has(name), plain: named && Object.hasOwn(plainTexts, name) ? plainTexts[name] ?? null : null }
  })
  typesOf.set(language, made)
  return made
}

/** Copies a tree; null where it is nested deeper than `depth`. */
export function copyTree(tree: Tree, script: string, depth: number): SyntaxNode | null {
  const types = nodeTypes(tree.language)
  const cursor = tree.walk()
  try {
    return copyNode({ cursor, script, types }, false, depth)
  } finally {
    cursor.delete()
  }
}

interface Copying { readonly cursor: TreeCursor; readonly script: string; readonly types: readonly NodeType[] }

function copyNode(copying: Copying, asField: boolean, depth: number): SyntaxNode | null {
  if (depth < 0) return null
  const { cursor, script, types } = copying
  const type = types[cursor.nodeTypeId]
  const startIndex = cursor.startIndex
  const node = new SyntaxNode(script, {
    type: type?.name ?? cursor.nodeType, isNamed: type?.named ?? cursor.nodeIsNamed, startIndex, endIndex: endOf(copying, type, startIndex), fieldName: asField ? cursor.currentFieldName : null,
  })
  if (endsHere(type, node) || !cursor.gotoFirstChild()) return node
  const children: SyntaxNode[] = []
  do {
    const child = copyNode(copying, type?.fields ?? true, depth - 1)
    if (child === null) return null
    children.push(child)
  } while (cursor.gotoNextSibling())
  cursor.gotoParent()
  return node.adopt(children)
}

function endsHere(type: NodeType | undefined, node: SyntaxNode): boolean {
  return type !== undefined && (type.leaf || (type.plain !== null && type.plain(node.text)))
}

/** A sign ends where its text does (but `$$` is called `$`). Were one longer, what is left would be a gap, which is accounted for. */
function endOf({ cursor, script }: Copying, type: NodeType | undefined, start: number): number {
  return type?.sign === true && script.startsWith(type.name, start) ? start + type.name.length : cursor.endIndex
}
