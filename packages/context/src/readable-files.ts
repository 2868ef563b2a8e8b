/** The files of a workspace, as far as packing needs them. */
export interface ReadableFiles {
  readText(path: string): Promise<string>
  list(path: string): Promise<readonly { readonly name: string; readonly kind: 'file' | 'folder' | 'link' | 'other' }[]>
}
