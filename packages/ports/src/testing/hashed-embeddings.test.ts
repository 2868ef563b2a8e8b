import { describeEmbeddingsContract } from './embeddings.ts'
import { hashedEmbeddings } from './hashed-embeddings.ts'

describeEmbeddingsContract('hashed-embeddings', async () => hashedEmbeddings())
