const encoder = new TextEncoder()

/**
 * FNV-1a over the UTF-8 bytes, 64 bits, as 16 hex digits. In 16-bit limbs, since BigInt is some fifty times as slow.
 * The prime is 2^40 + 435 (http://www.isthe.com/chongo/tech/comp/fnv/).
 */
export function fnv64a(text: string): string {
  let a = 0x2325, b = 0x8422, c = 0x9ce4, d = 0xcbf2
  for (const byte of encoder.encode(text)) {
    const low = a ^ byte
    const t0 = low * 435
    const t1 = b * 435 + (t0 >>> 16)
    const t2 = c * 435 + low * 256 + (t1 >>> 16)
    const t3 = d * 435 + b * 256 + (t2 >>> 16)
    a = t0 & 0xffff
    b = t1 & 0xffff
    c = t2 & 0xffff
    d = t3 & 0xffff
  }
  return [d, c, b, a].map((limb) => limb.toString(16).padStart(4, '0')).join('')
}
