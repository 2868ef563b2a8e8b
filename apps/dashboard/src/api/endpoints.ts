import type { DetailedHealth, ModeSummary, PolicySummary } from '@codeforge/contracts/api'
import type { Artifact } from '@codeforge/contracts/artifact'
import type { CodeHit, CodeIndexState, CodeMap, CodePack, CodeStatus, DeepSearchCode, DeepSearched, ExcerptCode, FileGraph, FilePrediction, ReferencePlace, SearchCode, SymbolPlace } from '@codeforge/contracts/code'
import type { Page } from '@codeforge/contracts/page'
import type { EvaluateCall, Evaluation, PolicyDocument, PolicyReport, RejectedPolicy } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { CreateProject, Project, UpdateProject } from '@codeforge/contracts/project'
import type { Question } from '@codeforge/contracts/question'
import type { Run, RunSummary } from '@codeforge/contracts/run'
import type { CreateRun } from '@codeforge/contracts/run-request'
import type { StoredGraphState } from '@codeforge/contracts/stored-graph'
import type { CreateTask, Task, UpdateTask } from '@codeforge/contracts/task'
import type { z } from 'zod'
import { readJson, readText, writeJson } from './request.ts'

/** A message that could not be handed over, with its reason. */
export interface DeadLetter {
  readonly id: string
  readonly subject: string
  readonly reason: string
  readonly at: string
  readonly payload: string
}

interface Items<Item> {
  readonly items: readonly Item[]
}

/** An answer about a repository, with how well it was known. */
export interface Answered<Result> {
  readonly status: CodeStatus
  readonly result: Result
}

export interface RunFilter {
  readonly projectId?: string | undefined
  readonly status?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number
}

/** Characters of a large value that a page shows. */
const textLimit = 2_000_000

/** Every call that pages make. */
export const api = {
  projects: async () => readJson<Page<Project>>('/projects?limit=200'),
  project: async (id: string) => readJson<Project>(`/projects/${id}`),
  createProject: async (project: z.input<typeof CreateProject>) => writeJson<Project>('POST', '/projects', project),
  updateProject: async (id: string, changes: z.input<typeof UpdateProject>) => writeJson<Project>('PATCH', `/projects/${id}`, changes),
  tasks: async (projectId: string) => readJson<Page<Task>>(`/projects/${projectId}/tasks?limit=200`),
  createTask: async (projectId: string, task: z.input<typeof CreateTask>) => writeJson<Task>('POST', `/projects/${projectId}/tasks`, task),
  updateTask: async (id: string, changes: z.input<typeof UpdateTask>) => writeJson<Task>('PATCH', `/tasks/${id}`, changes),
  runs: async (filter: RunFilter) => readJson<Page<RunSummary>>(`/runs${query({ ...filter })}`),
  run: async (id: string) => readJson<Run>(`/runs/${id}`),
  createRun: async (run: z.input<typeof CreateRun>) => writeJson<{ id: string }>('POST', '/runs', run),
  retryRun: async (id: string) => writeJson<{ id: string }>('POST', `/runs/${id}/retry`, {}),
  steerRun: async (id: string, verb: 'cancel' | 'pause' | 'resume') => writeJson<Run>('POST', `/runs/${id}/${verb}`, verb === 'cancel' ? {} : undefined),
  diff: async (runId: string) => readText(`/runs/${runId}/diff`, textLimit),
  blob: async (runId: string, digest: string) => readText(`/runs/${runId}/blobs/${digest}`, textLimit),
  artifacts: async (runId: string) => readJson<Items<Artifact>>(`/runs/${runId}/artifacts`),
  questions: async (filter: { status?: string; runId?: string }) => readJson<Page<Question>>(`/questions${query(filter)}`),
  answer: async (id: string, answer: string, note: string | null) => writeJson<Question>('POST', `/questions/${id}/answer`, { answer, note }),
  policies: async () => readJson<Items<PolicySummary> & { readonly rejected: readonly RejectedPolicy[] }>('/policies'),
  policy: async (name: string) => readJson<PolicyDocument>(`${policyPath(name)}/document`),
  checkPolicy: async (yaml: string) => writeJson<PolicyReport>('POST', '/policies/check', { yaml }),
  createPolicy: async (yaml: string) => writeJson<PolicyProfile>('POST', '/policies', { yaml }),
  replacePolicy: async (name: string, yaml: string) => writeJson<PolicyProfile>('PUT', policyPath(name), { yaml }),
  deletePolicy: async (name: string) => writeJson<null>('DELETE', policyPath(name)),
  evaluate: async (name: string, call: z.input<typeof EvaluateCall>) => writeJson<Evaluation>('POST', `${policyPath(name)}/evaluate`, call),
  indexState: async (id: string) => readJson<CodeIndexState>(`/projects/${id}/index`),
  buildIndex: async (id: string) => writeJson<CodeIndexState>('POST', `/projects/${id}/index`),
  searchCode: async (id: string, search: z.input<typeof SearchCode>) => writeJson<Answered<readonly CodeHit[]>>('POST', `/projects/${id}/search`, search),
  searchDeeply: async (id: string, search: z.input<typeof DeepSearchCode>) => writeJson<Answered<DeepSearched>>('POST', `/projects/${id}/search/agent`, search),
  codeExcerpts: async (id: string, places: ExcerptCode['places']) => writeJson<Answered<readonly string[]>>('POST', `/projects/${id}/excerpts`, { places }),
  codeMap: async (id: string, tokens: number, focus: string) => readJson<Answered<CodeMap>>(`/projects/${id}/repomap${query({ tokens, focus })}`),
  codeGraph: async (id: string, top: number, focus: string) => readJson<Answered<FileGraph>>(`/projects/${id}/graph${query({ top, focus })}`),
  predictFiles: async (id: string, task: string) => writeJson<Answered<readonly FilePrediction[]>>('POST', `/projects/${id}/predict`, { task }),
  storedGraph: async (id: string) => readJson<StoredGraphState>(`/projects/${id}/graph/status`),
  storeGraph: async (id: string) => writeJson<StoredGraphState>('POST', `/projects/${id}/graph/build`),
  packContext: async (id: string, task: string, tokens: number) => writeJson<Answered<CodePack>>('POST', `/projects/${id}/context`, { task, tokens }),
  symbol: async (id: string, name: string) => readJson<Answered<readonly SymbolPlace[]>>(`/projects/${id}/graph/symbol${query({ name })}`),
  references: async (id: string, name: string) => readJson<Answered<readonly ReferencePlace[]>>(`/projects/${id}/graph/references${query({ name })}`),
  /** Little, for whoever only wants to know whether the server answers this browser. */
  anything: async () => readJson<unknown>('/projects?limit=1'),
  modes: async () => readJson<Items<ModeSummary>>('/modes'),
  health: async () => readJson<DetailedHealth>('/health'),
  deadLetters: async () => readJson<Items<DeadLetter>>('/queue/dead-letters'),
  replay: async (id: string) => writeJson<unknown>('POST', `/queue/dead-letters/${encodeURIComponent(id)}/replay`),
}

/** Where a browser downloads a large value of a run. */
export function blobUrl(runId: string, digest: string): string {
  return `/api/v1/runs/${runId}/blobs/${digest}`
}

function policyPath(name: string): string {
  return `/policies/${encodeURIComponent(name)}`
}

function query(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
