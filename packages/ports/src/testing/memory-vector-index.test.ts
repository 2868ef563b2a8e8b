import { memoryVectorIndex } from './memory-vector-index.ts'
import { describeVectorIndexContract } from './vector-index.ts'

describeVectorIndexContract('memory-vector-index', async () => memoryVectorIndex())
