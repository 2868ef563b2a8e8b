import type { Binaries } from './binaries.ts'

/** What the server's programs see: nothing of ours but the path, and the libraries where they must be pointed out. */
export function environment({ libraryPath }: Pick<Binaries, 'libraryPath'>): NodeJS.ProcessEnv {
  const libraries = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return { PATH: process.env.PATH, LC_ALL: 'C', ...(libraryPath === null ? {} : { [libraries]: libraryPath }) }
}
