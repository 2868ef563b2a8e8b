/** What a row must keep: the figure itself in its unit, or the ratio of ours to the baseline. */
export interface Mark {
  readonly of: 'ours' | 'ratio'
  readonly is: 'at most' | 'at least'
  readonly value: number
}

/** One line of the table. */
export interface Row {
  readonly name: string
  readonly unit: 'ms' | 's' | 'MB' | '/s'
  /** The baseline, in a few words. */
  readonly comparedWith: string
  /** Several may have to hold at once; none: the row only informs. */
  readonly marks: readonly Mark[]
}

/** One measurement: a figure for each row of the family, by the row's name. */
export type Figures = Readonly<Record<string, number>>

/** What is compared, set up and warm. */
export interface Subjects extends AsyncDisposable {
  ours(): Promise<Figures>
  baseline(): Promise<Figures>
}

/** Rows that one measurement yields together. A file `rows/*.bench.ts` exports one as `family`, or several as `families`. */
export interface Family {
  readonly name: string
  readonly rows: readonly Row[]
  /** Measurements of ours and of the baseline, in turns. Default and least: 7. */
  readonly pairs?: number
  /** Pairs before the first that counts. Default: 1. */
  readonly warmUps?: number
  open(): Promise<Subjects>
}
