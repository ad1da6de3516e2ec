/**
 * The family of a model, for limits are a family's: `claude-sonnet-4-5-20250929` → `claude-sonnet`, `gpt-5-mini` →
 * `gpt-mini`, `models/gemini-2.5-flash` → `gemini-flash`. Versions, dates and sizes are left out; what is left is
 * compared only. An empty text stands for a model that is not known.
 */
export function familyOf(modelId: string): string {
  const name = (
    modelId.split(/[/:]/).findLast((part) => /[a-z]/i.test(part) && part !== 'free') ?? modelId
  ).toLowerCase()
  const words = name
    .split(/[-_.@ ]+/)
    .map((word) => word.replace(/^v?\d+[a-z]?$|^\d+[bkm]$/, '').replace(/\d+$/, ''))
  const kept = words.filter((word) => word !== '' && !VARIANTS.has(word))
  return kept.join('-') || name
}

/** Words that say which release or way of serving is meant and not which limit counts. */
const VARIANTS = new Set(['latest', 'preview', 'exp', 'beta', 'v', 'us', 'eu', 'apac', 'global', 'anthropic'])
