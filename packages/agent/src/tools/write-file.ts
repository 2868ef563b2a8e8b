import { textOf } from './arguments.ts'
import { succeeded, type Tool } from './tool.ts'

/** Makes a file or replaces its whole content. */
export const writeFile: Tool = {
  name: 'write_file',
  writes: true,
  async run(args, { files }) {
    const path = textOf(args, 'path')
    const content = textOf(args, 'content')
    const existed = (await files.kind(path)) !== null
    await files.write(path, content)
    return succeeded(`${existed ? 'Replaced' : 'Made'} ${path} (${content.split('\n').length - (content.endsWith('\n') ? 1 : 0)} lines).`)
  },
}
