/** One message for subscribers. Events have a sequence, by which their readers resume. */
export interface Frame {
  readonly text: string
  readonly sequence?: number
}

/** Messages that go out together: put into bytes once for each way of sending, however many subscribers there are. */
export class Batch {
  readonly frames: readonly Frame[]
  #socketBytes: Buffer | undefined
  #eventText: string | undefined

  constructor(frames: readonly Frame[]) {
    this.frames = frames
  }

  static of(...texts: readonly string[]): Batch {
    return new Batch(texts.map((text) => ({ text })))
  }

  /** Sequence of the last event; `before` where the batch holds none. */
  last(before: number): number {
    return this.frames.findLast(({ sequence }) => sequence !== undefined)?.sequence ?? before
  }

  /** As unmasked, uncompressed WebSocket text frames, one for each message (RFC 6455, section 5.2). */
  get socketBytes(): Buffer {
    return (this.#socketBytes ??= Buffer.concat(this.frames.flatMap(({ text }) => socketFrame(Buffer.from(text)))))
  }

  /** As server-sent events. */
  get eventText(): string {
    return (this.#eventText ??= this.frames.map(({ text, sequence }) => `${sequence === undefined ? '' : `id: ${sequence}\n`}data: ${text}\n\n`).join(''))
  }
}

const finalText = 0x81

function socketFrame(payload: Buffer): readonly [Buffer, Buffer] {
  const { length } = payload
  if (length < 126) return [Buffer.from([finalText, length]), payload]
  if (length < 65_536) {
    const header = Buffer.from([finalText, 126, 0, 0])
    header.writeUInt16BE(length, 2)
    return [header, payload]
  }
  const header = Buffer.alloc(10)
  header[0] = finalText
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return [header, payload]
}
