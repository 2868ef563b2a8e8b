import { reaches } from '../extract/reach.ts'
import { folderOf } from '../extract/resolve/path-table.ts'
import type { GraphFile } from './import-targets.ts'
import type { SymbolTable } from './symbol-table.ts'

/** What can be meant from where. */
export interface Sight {
  /** Whether another file than the one that defines it can mean a definition: one that imports the definer, or any other one. */
  isSeen(definition: number, user: number, imports: boolean): boolean
  /** Whether some file cannot mean it. */
  isBounded(definition: number): boolean
}

const [folder, crate, parent, module, importers] = (['folder', 'crate', 'parent', 'module', 'importers'] as const).map((one) =>
  reaches.indexOf(one),
)
/** Up to here nothing bounds a definition. */
const unbounded = reaches.indexOf('default')
/** What is `static` in them is everybody's who includes them, directly or not. */
const header = /\.(?:h|hh|hpp|hxx|inc|inl|ipp|tcc|def|cuh)$/

/** Asks the languages' own rules about what is private, by the paths of the files concerned. */
export function sightOf({ columns }: SymbolTable, files: readonly (GraphFile | undefined)[]): Sight {
  const { definitionReaches, definitionFiles } = columns
  const pathOf = (number: number): string => files[number]?.path ?? ''
  return {
    isBounded: (definition) => (definitionReaches[definition] as number) > unbounded,
    isSeen: (definition, user, imports) => {
      const reach = definitionReaches[definition] as number
      if (reach <= unbounded) return true
      const definer = pathOf(definitionFiles[definition] as number)
      switch (reach) {
        case importers:
          return imports || header.test(definer)
        case folder:
          return folderOf(definer) === folderOf(pathOf(user))
        case crate:
          return pathOf(user).startsWith(sourceFolder(definer))
        case parent:
          return isWithin(folderOf(moduleOf(definer)), pathOf(user))
        case module:
          return isWithin(moduleOf(definer), pathOf(user))
        default:
          return false
      }
    },
  }
}

/** Of a crate; everything where there is none of that name. */
function sourceFolder(path: string): string {
  const at = `/${path}`.lastIndexOf('/src/')
  return at < 0 ? '' : path.slice(0, at + 'src/'.length)
}

/** A module of Rust, by the folder of those below it. */
const moduleOf = (path: string): string => (/(?:^|\/)(?:mod|lib|main)\.rs$/.test(path) ? folderOf(path) : path.replace(/\.rs$/, ''))

const isWithin = (module: string, path: string): boolean => module === '' || path.startsWith(`${module}/`) || path === `${module}.rs`
