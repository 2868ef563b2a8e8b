/** Small facts of an installation, such as that the demonstration was shown. */
export interface SettingStore {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
}
