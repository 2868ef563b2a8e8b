import type { Binaries } from './binaries.ts'

/** Where system programs lie everywhere. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** What the server's programs see: nothing of ours, and the libraries where they must be pointed out. */
export function environment({ libraryPath }: Pick<Binaries, 'libraryPath'>): NodeJS.ProcessEnv {
  const libraries = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return { PATH: systemPath, LC_ALL: 'C', ...(libraryPath === null ? {} : { [libraries]: libraryPath }) }
}
