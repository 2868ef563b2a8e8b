import { embeddingModels, type Embeddings } from '@codeforge/ports/embeddings'
import { EndpointOptions } from '../http/options.ts'

/** Any endpoint with OpenAI's embeddings: LiteLLM, Ollama, vLLM, text-embeddings-inference, OpenAI itself. */
export const openAiCompatibleEmbeddings = embeddingModels.register({
  name: 'openai-compatible',
  config: EndpointOptions,
  async open(options): Promise<Embeddings & AsyncDisposable> {
    const { openEmbeddings } = await import('./openai-compatible/endpoint.ts')
    return openEmbeddings(options)
  },
})
