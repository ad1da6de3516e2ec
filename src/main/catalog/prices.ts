import type { Model, Provider } from '../../preload/shapes.ts'
import type { Catalog } from './types.ts'

/** US dollars a million tokens. */
export interface ModelPrices {
  readonly input: number
  readonly output: number
  /** Absent where the catalog does not know it. */
  readonly cacheRead?: number
  readonly cacheWrite?: number
}

/** Where a Bedrock model runs, before its id, and a profile of one as a whole address. */
const REGION = /^(?:global|us-gov|us|eu|apac|jp|au|ca|sa|me|af|il|mx)\.(?=[a-z0-9-]+\.)/
const RESOURCE = /^arn:.*\/([^/]+)$/

/** The ids a model may have in the catalog under the name a request calls it by, likeliest first. */
function idsOf(sent: string): string[] {
  const bare = (RESOURCE.exec(sent)?.[1] ?? sent).replace(/^models\//, '')
  return [...new Set([sent, bare, bare.replace(REGION, '')])]
}

function pricesOf({
  inputPrice,
  outputPrice,
  cacheReadPrice,
  cacheWritePrice,
}: Model): ModelPrices | undefined {
  if (inputPrice === undefined || outputPrice === undefined) return undefined
  return {
    input: inputPrice,
    output: outputPrice,
    ...(cacheReadPrice === undefined ? {} : { cacheRead: cacheReadPrice }),
    ...(cacheWritePrice === undefined ? {} : { cacheWrite: cacheWritePrice }),
  }
}

/**
 * Finds the prices of the model of a request; undefined for one that the catalog does not know, or without a price. A name
 * that is only like another is not taken for it.
 */
export function createPrices(catalog: Pick<Catalog, 'providers' | 'models'>) {
  /** By the list itself, which is another one when models change. */
  const byList = new WeakMap<readonly Model[], ReadonlyMap<string, Model>>()
  const indexOf = (models: readonly Model[]): ReadonlyMap<string, Model> => {
    const known = byList.get(models) ?? new Map(models.map((model) => [model.id, model]))
    byList.set(models, known)
    return known
  }
  return (provider: Pick<Provider, 'id' | 'custom'>, modelId: string): ModelPrices | undefined => {
    // The user's own providers have no prices.
    if (provider.custom || modelId === '') return undefined
    const index = indexOf(catalog.models(provider.id))
    for (const id of idsOf(modelId)) {
      const model = index.get(id)
      if (model !== undefined) return pricesOf(model)
    }
    return undefined
  }
}
