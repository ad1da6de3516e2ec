/** `Lab Server (GPU)` → `lab-server-gpu`. */
export function idOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[-._]+|-+$/g, '')
    .slice(0, 64)
}

export interface NamedModel {
  readonly id: string
  readonly name: string
}

/** One model a line, as `parseModels` reads them. */
export const writeModels = (models: readonly NamedModel[]): string =>
  models.map((model) => (model.name === model.id ? model.id : `${model.id} ${model.name}`)).join('\n')

/** Reads one model a line: its id, then its name. Empty lines are left out, and an id given twice counts once. */
export function parseModels(text: string): { id: string; name: string }[] {
  const models = new Map<string, { id: string; name: string }>()
  for (const line of text.split('\n')) {
    const [id = '', ...words] = line.trim().split(/\s+/)
    if (id !== '' && !models.has(id)) models.set(id, { id, name: words.join(' ') || id })
  }
  return [...models.values()]
}
