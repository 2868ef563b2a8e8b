// Plain JavaScript: what begins a thread is the one thing that cannot come out of the cache of compiled code. With it a thread begins in less
// than half the time, since stripping types of forty modules and compiling them takes longer than reading a small repository.
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

enableCompileCache(workerData.codeCache)
await import('./text-worker.ts')
