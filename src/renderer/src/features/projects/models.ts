import type { Model } from '../../../../preload/shapes.ts'
import { dollars, tokens } from '../../lib/format.ts'

/** Newest first; deprecated ones last. */
export function sortModels(models: readonly Model[]): Model[] {
  return models.toSorted(
    (a, b) =>
      Number(a.status === 'deprecated') - Number(b.status === 'deprecated') ||
      (b.releasedOn ?? '').localeCompare(a.releasedOn ?? '') ||
      a.name.localeCompare(b.name),
  )
}

/** The one to begin with: the newest that can use tools, for without tools an agent can do nothing. */
export function defaultModel(models: readonly Model[]): Model | undefined {
  const sorted = sortModels(models)
  return sorted.find((model) => model.tools && model.status !== 'deprecated') ?? sorted[0]
}

/** `200k · $3 / $15`, as far as it is known: context, then price in and out per million tokens. */
export function modelHint(model: Model): string {
  const facts: string[] = []
  if (model.status !== undefined && model.status !== 'active') facts.push(model.status)
  if (!model.tools) facts.push('no tools')
  if (model.contextTokens !== undefined) facts.push(tokens(model.contextTokens))
  if (model.inputPrice !== undefined && model.outputPrice !== undefined)
    facts.push(
      model.inputPrice === 0 && model.outputPrice === 0
        ? 'free'
        : `${shortDollars(model.inputPrice)} / ${shortDollars(model.outputPrice)}`,
    )
  return facts.join(' · ')
}

const shortDollars = (sum: number): string => dollars(sum).replace(/\.?0+$/, '')
