/** What a check found. */
export interface Finding {
  readonly name: string
  /** `warn`: works, but something one may want does not. `fail`: something that is needed does not work. */
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do, where it is not ok. */
  readonly help: string | null
}

export function ok(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, help: null }
}

export function warn(name: string, detail: string, help: string): Finding {
  return { name, status: 'warn', detail, help }
}

export function fail(name: string, detail: string, help: string | null): Finding {
  return { name, status: 'fail', detail, help }
}
