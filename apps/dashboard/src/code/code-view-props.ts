/** What each way of looking at the code of a project is given. */
export interface CodeViewProps {
  readonly projectId: string
  /** A question was answered, so the repository is known now. */
  readonly onAnswered: () => void
}
