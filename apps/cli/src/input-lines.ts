/**
 * The lines of a stream of bytes, which end with a line feed and nothing else: readline also splits at characters that may stand
 * within a line of JSON.
 */
export async function* inputLines(input: AsyncIterable<unknown>): AsyncIterable<string> {
  let rest: Buffer[] = []
  for await (const chunk of input) {
    let bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10)) {
      yield Buffer.concat([...rest, bytes.subarray(0, end)]).toString('utf8')
      rest = []
      bytes = bytes.subarray(end + 1)
    }
    if (bytes.length > 0) rest.push(bytes)
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8')
}
