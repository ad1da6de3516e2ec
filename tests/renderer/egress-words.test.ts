import { describe, expect, it } from 'vitest'
import type { Project } from '../../src/preload/shapes.ts'
import { aroundWords, dueWords } from '../../src/renderer/src/features/projects/egress-words.ts'

describe('a policy and programs that ignore the proxy', () => {
  it('promises no more than the runtime and the engine hold', () => {
    expect(aroundWords('docker', true)).toMatch(/reaches no host from the project's next start/)
    expect(aroundWords('docker', false)).toMatch(/On this engine, .* is not held/)
    expect(aroundWords('docker', undefined)).toMatch(/only with Docker Engine on this Linux machine/)
    for (const confines of [true, false, undefined])
      expect(aroundWords('process', confines)).toMatch(/Without a container, .* is not held/)
  })

  const project: Project = {
    ...{ id: 'p1', name: 'atlas', folder: '/f', providerId: 'anthropic', modelId: 'm', runtime: 'docker' },
    ...{ isolated: true, delivery: 'gateway', state: 'running', createdAt: 0, lastActivityAt: 0 },
    egress: 'listed',
  }

  it('waits for a restart where the server was started on the other network', () => {
    // Started by a Berth that confined nothing.
    expect(dueWords(project, true)).toMatch(/still reach any host/)
    expect(dueWords({ ...project, serverEgress: 'open' }, true)).toMatch(/still reach any host/)
    expect(dueWords({ ...project, egress: 'open', serverEgress: 'gateway-only' }, true)).toMatch(
      /still reach no/,
    )
  })

  it.each([
    [{ ...project, serverEgress: 'gateway-only' as const }, true],
    [{ ...project, egress: 'open' as const }, true],
    [{ ...project, state: 'stopped' as const }, true],
    [{ ...project, runtime: 'process' as const }, true],
    [project, false],
    [project, undefined],
  ])('waits for nothing: %j where the engine confines: %s', (one, confines) => {
    expect(dueWords(one, confines)).toBeUndefined()
  })
})
