/** What a snapshot is made of: named columns, and small values as JSON. */
export interface Snapshot {
  readonly arrays: Readonly<Record<string, Column>>
  readonly json: unknown
}

export type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array

const kinds = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array } as const
const alignment = 8

interface Header {
  readonly json: unknown
  readonly columns: readonly {
    readonly name: string
    readonly kind: keyof typeof kinds
    readonly length: number
    readonly offset: number
  }[]
}

/**
 * A header (its length, then JSON), then the columns as they lie in memory, each aligned. In pieces, of which most are the columns
 * themselves: a second copy of all of them at once would be the largest thing in memory.
 */
export function encodeSnapshot({ arrays, json }: Snapshot): readonly Uint8Array[] {
  let end = 0
  const columns = Object.entries(arrays).map(([name, column]) => {
    const offset = end
    end = aligned(offset + column.byteLength)
    return { name, kind: column.constructor.name as keyof typeof kinds, length: column.length, offset }
  })
  const header = Buffer.from(JSON.stringify({ json, columns } satisfies Header))
  const head = new Uint8Array(aligned(4 + header.byteLength))
  new DataView(head.buffer).setUint32(0, header.byteLength, true)
  head.set(header, 4)
  return [
    head,
    ...Object.values(arrays).flatMap((column) => [
      new Uint8Array(column.buffer, column.byteOffset, column.byteLength),
      new Uint8Array(aligned(column.byteLength) - column.byteLength),
    ]),
  ]
}

/** The columns are views into the bytes, copied only where the bytes are not aligned. Throws on bytes nobody encoded. */
export function decodeSnapshot(given: Uint8Array): Snapshot {
  const bytes = given.byteOffset % alignment === 0 ? given : given.slice()
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const header = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 4, size).toString()) as Header
  const start = bytes.byteOffset + aligned(4 + size)
  const arrays = Object.fromEntries(
    header.columns.map(({ name, kind, length, offset }) => [name, new kinds[kind](bytes.buffer as ArrayBuffer, start + offset, length)]),
  )
  return { arrays, json: header.json }
}

function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment
}
