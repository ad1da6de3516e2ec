import type { ImportItem, ImportOffer, ImportPreview, ImportSource } from '../../../src/preload/imports.ts'

export const offers = (): ImportOffer[] => [
  { kind: 'opencode', path: '/home/mia/.local/share/opencode/auth.json', fresh: 3 },
  { kind: 'environment', fresh: 1 },
  { kind: 'claude-code-router', path: '/home/mia/.claude-code-router/config.json', fresh: 2 },
]

type Given = Partial<ImportItem> & Pick<ImportItem, 'id' | 'place' | 'preview'>

const item = (given: Given): ImportItem => ({
  candidates: [],
  namespace: '',
  label: 'main',
  type: 'api',
  fields: {},
  state: 'new',
  ...given,
})

const OPENCODE: readonly ImportItem[] = [
  item({ id: 'i1', providerId: 'groq', place: 'groq', preview: 'gsk_…w81K' }),
  item({
    id: 'i2',
    providerId: 'openrouter',
    place: 'openrouter',
    preview: 'sk-or-v1-…44fc',
    state: 'conflict',
    existingId: 'a3',
  }),
  item({
    id: 'i3',
    providerId: 'anthropic',
    place: 'anthropic',
    label: 'team key',
    preview: 'sk-ant-…x7Qd',
    state: 'same',
    existingId: 'a1',
  }),
  item({
    id: 'i4',
    providerId: 'github-copilot',
    place: 'github-copilot',
    type: 'oauth',
    preview: 'ghu_…2b9T',
    note: 'This login is moved, not shared: OpenCode will have to sign in to GitHub Copilot again.',
  }),
  item({
    id: 'i5',
    providerId: 'anthropic',
    place: 'anthropic-max',
    label: 'subscription',
    type: 'oauth',
    preview: 'sk-ant-…Hh3e',
    state: 'refused',
    reason: 'Anthropic forbids other apps to use Claude subscription logins. Use an API key.',
  }),
]

const KEYS: readonly ImportItem[] = [
  item({ id: 'k1', providerId: 'openai', place: 'line 1', preview: 'sk-proj-…Zz01' }),
  item({
    id: 'k2',
    place: 'line 3',
    preview: 'sk-…8Qa2',
    state: 'unsure',
    candidates: ['deepseek', 'moonshotai', 'openai'],
  }),
]

/** What a preview of a source shows; a pasted text gives as many items as it has lines with a key. */
export function preview(source: ImportSource): ImportPreview {
  const path = 'path' in source ? source.path : undefined
  switch (source.kind) {
    case 'keys':
      return {
        source: path ?? 'the pasted keys',
        items: [...KEYS],
        notes: ['Line 2 is not a key: left out.'],
      }
    case 'environment':
      return {
        source: 'the environment',
        items: [
          item({ id: 'e1', providerId: 'mistral', place: 'MISTRAL_API_KEY', preview: '…p0Ls' }),
          item({
            id: 'e2',
            providerId: 'anthropic',
            place: 'ANTHROPIC_API_KEY',
            preview: 'sk-ant-…m2Lp',
            state: 'same',
            existingId: 'a2',
          }),
        ],
        notes: [],
      }
    default:
      return {
        source: path ?? '/home/mia/.local/share/opencode/auth.json',
        items: [...OPENCODE],
        notes: ['The entry “corp” is of a kind Berth does not know: left out.'],
      }
  }
}
