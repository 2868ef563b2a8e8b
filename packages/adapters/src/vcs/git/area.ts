/** A directory, the repository that takes its snapshots, and the index that remembers the last one. */
export interface SnapshotArea {
  readonly gitDirectory: string
  readonly workTree: string
  readonly index: string
  /** Untracked files larger than this are left out. */
  readonly maxFileBytes: number
  /** Directory that holds what differs from the files below it, and nothing else; null where there is no such layer. */
  readonly upper: string | null
  /** Folders that the rules ignore as they were when the workspace was opened; not looked through for changes. */
  readonly ignored: readonly string[]
  /** Where objects go, where that is not the repository itself. */
  readonly objects?: string
  /** Tracked files that a program of the user's converts, such as Git LFS; only where the files are the user's own. */
  readonly filtered?: Filtered
}

/** Files whose content on disk is not what is committed: git asks a program, which ours never starts. They stay as they are committed. */
export interface Filtered {
  /** By path, latin1: what tells one state of the file from another. */
  readonly marks: ReadonlyMap<string, string>
}

/** Environment under which git sees the area. */
export function areaEnvironment(area: SnapshotArea): Record<string, string> {
  return { GIT_DIR: area.gitDirectory, GIT_WORK_TREE: area.workTree, GIT_INDEX_FILE: area.index, ...(area.objects !== undefined && { GIT_OBJECT_DIRECTORY: area.objects }) }
}
