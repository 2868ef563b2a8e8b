/** A deriver that fails as a text asks it to; one that hangs does so for half a minute, unless its thread is ended. */
export function derive(text: string): Uint8Array {
  if (text.startsWith('hang')) for (const end = Date.now() + 30_000; Date.now() < end;);
  if (text.startsWith('die')) process.exit(1)
  if (text.startsWith('throw')) throw new Error('thrown by the deriver')
  return Buffer.from(text)
}
