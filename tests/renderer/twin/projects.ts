import type { Job, JobKind, LogLine, Pipeline, Project, Route } from '../../../src/preload/shapes.ts'

const MINUTE = 60_000

type Given = Partial<Project> & Pick<Project, 'id' | 'name' | 'state'>

export function project(now: number, given: Given): Project {
  return {
    folder: `/home/mia/projects/${given.name}`,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-8',
    runtime: 'docker',
    isolated: true,
    image: 'debian:bookworm-slim',
    delivery: 'gateway',
    egress: 'open',
    createdAt: now - 9 * 86_400_000,
    lastActivityAt: now - 2 * MINUTE,
    ...given,
  }
}

export function projects(now: number): Project[] {
  return [
    project(now, { id: 'atlas', name: 'atlas-api', state: 'running', lastActivityAt: now - 20_000 }),
    project(now, { id: 'billing', name: 'billing-worker', state: 'waiting', accountId: 'a2' }),
    project(now, {
      id: 'docs',
      name: 'docs-site',
      state: 'stopped',
      folder: '/home/mia/clients/northwind/websites/documentation/docs-site',
      lastActivityAt: now - 26 * 60 * MINUTE,
    }),
    project(now, {
      id: 'search',
      name: 'search-index',
      state: 'failed',
      providerId: 'openrouter',
      modelId: 'qwen/qwen3-coder',
      image: 'node:24-slim',
      lastActivityAt: now - 50 * MINUTE,
      problem: {
        code: 'image_not_found',
        message: 'The image node:24-slim is not on this engine, and the registry did not answer.',
      },
    }),
    project(now, { id: 'mobile', name: 'mobile-app', state: 'starting', lastActivityAt: now - 4000 }),
    project(now, {
      id: 'scratch',
      name: 'scratch',
      state: 'working',
      runtime: 'process',
      isolated: false,
      folder: '/tmp/scratch',
      providerId: 'lab',
      modelId: 'qwen3-coder-30b',
      lastActivityAt: now - 1000,
    }),
    project(now, {
      id: 'infra',
      name: 'infra',
      state: 'stopped',
      delivery: 'direct',
      lastActivityAt: now - 6 * 86_400_000,
    }),
  ]
}

const KINDS: readonly JobKind[] = [
  'project.create',
  'runtime.start',
  'opencode.waitHealthy',
  'opencode.setCredentials',
  'opencode.createSession',
]

/** A pipeline whose first `done` steps are done and whose next one is as given. */
export function pipeline(now: number, projectId: string, done: number, next: Partial<Job> = {}): Pipeline {
  const jobs = KINDS.map((kind, index): Job => {
    const base = {
      id: `${projectId}-${index}`,
      pipelineId: `p-${projectId}`,
      projectId,
      kind,
      maxAttempts: 5,
    }
    const startedAt = now - 14_000 + index * 900
    if (index < done) return { ...base, state: 'done', attempt: 1, startedAt, finishedAt: startedAt + 340 }
    if (index === done) return { ...base, state: 'running', attempt: 1, startedAt, ...next }
    return { ...base, state: 'queued', attempt: 0 }
  })
  return { id: `p-${projectId}`, projectId, jobs }
}

export function routes(now: number, projectId: string): Route[] {
  const base = {
    projectId,
    host: 'api.anthropic.com',
    method: 'POST',
    path: '/v1/messages',
    providerId: 'anthropic',
  }
  return [
    {
      ...base,
      id: 'r1',
      at: now - 9000,
      outcome: 'sent',
      accountId: 'a2',
      accountLabel: 'own key',
      reason: 'own key: team key cooling 41 s, quota.',
      status: 200,
      modelId: 'claude-sonnet-4-8',
      attempts: [
        { accountId: 'a1', accountLabel: 'team key', status: 429, failure: 'quota' },
        { accountId: 'a2', accountLabel: 'own key', status: 200 },
      ],
      tokens: { input: 2140, output: 812, cacheRead: 18_400, cacheWrite: 900, reasoning: 120 },
      firstByteMs: 840,
      durationMs: 3120,
    },
    {
      ...base,
      id: 'r2',
      at: now - 31_000,
      outcome: 'sent',
      accountId: 'a2',
      accountLabel: 'home / own key',
      reason: 'Pinned for this project.',
      status: 429,
      modelId: 'claude-haiku-4-5',
      attempts: [{ accountId: 'a2', accountLabel: 'own key', status: 429, failure: 'rate' }],
      firstByteMs: 236,
      durationMs: 240,
    },
    {
      id: 'r3',
      projectId,
      at: now - 44_000,
      host: 'packages.example.net',
      method: 'CONNECT',
      path: '',
      outcome: 'tunnelled',
      reason: 'Not a provider: passed through unread.',
      durationMs: 810,
    },
    {
      ...base,
      id: 'r4',
      at: now - 60_000,
      host: 'collector.example.net',
      path: '/ingest',
      outcome: 'refused',
      reason:
        'collector.example.net is not a host of Anthropic, so its key was not put in and nothing was sent.',
    },
  ]
}

export function logs(now: number): LogLine[] {
  const lines: LogLine[] = [
    { at: now - 61_000, stream: 'berth', text: 'Container berth-atlas created from debian:bookworm-slim' },
    { at: now - 60_500, stream: 'berth', text: 'Published on 127.0.0.1:49153' },
  ]
  for (let index = 0; index < 400; index += 1)
    lines.push({
      at: now - 60_000 + index * 140,
      stream: index % 37 === 36 ? 'stderr' : 'stdout',
      text:
        index % 37 === 36
          ? 'WARN  service=lsp typescript-language-server is slow to answer (2140 ms)'
          : `INFO  service=server method=GET path=/session/ses_${index}/message status=completed duration=${index % 17}`,
    })
  return lines
}
