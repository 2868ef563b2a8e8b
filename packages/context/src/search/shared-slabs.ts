/**
 * Larger than what the allocator of any libc keeps for itself once it is freed (32 MB): a slab comes from the kernel and goes back to it. What was not
 * written to takes no memory.
 */
const slabBytes = 48 << 20
const alignment = 8

/**
 * Memory that threads share, for what one of them makes and another one goes on with: nothing is handed over, and nothing stays behind in the
 * allocator's pools of threads that have ended.
 */
export class SharedSlabs {
  #slab = new SharedArrayBuffer(slabBytes)
  #used = 0

  /** The same value with each typed array in it, however deep, moved into a slab, unless it lies in one. */
  moved<T extends object>(value: T): T {
    return Object.fromEntries(Object.entries(value).map(([name, one]: [string, unknown]) => [name, this.#movedPart(one)])) as T
  }

  #movedPart(one: unknown): unknown {
    if (one instanceof Uint8Array || one instanceof Uint32Array || one instanceof Int32Array || one instanceof Uint16Array)
      return one.buffer instanceof SharedArrayBuffer ? one : this.copy(one)
    return typeof one === 'object' && one !== null ? this.moved(one) : one
  }

  /** A typed array in a slab that holds the same. */
  copy<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(array: T): T {
    if (this.#used + array.byteLength > this.#slab.byteLength) {
      this.#slab = new SharedArrayBuffer(Math.max(slabBytes, array.byteLength))
      this.#used = 0
    }
    const kind = array.constructor as new (buffer: SharedArrayBuffer, offset: number, length: number) => T
    const copy = new kind(this.#slab, this.#used, array.length)
    copy.set(array)
    this.#used = Math.ceil((this.#used + array.byteLength) / alignment) * alignment
    return copy
  }
}
