import { type Llm, llms } from '@codeforge/ports/llm'
import { OpenAiCompatibleOptions } from './openai-compatible/options.ts'

/** Any endpoint with OpenAI's chat completions: LiteLLM, Ollama, vLLM, OpenAI itself. */
export const openAiCompatibleLlm = llms.register({
  name: 'openai-compatible',
  config: OpenAiCompatibleOptions,
  async open(options): Promise<Llm & AsyncDisposable> {
    const { openEndpoint } = await import('./openai-compatible/endpoint.ts')
    return openEndpoint(options)
  },
})
