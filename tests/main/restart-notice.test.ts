import { expect, it } from 'vitest'
import { restartNotice } from '../../src/main/restart-notice.ts'
import type { Project } from '../../src/preload/shapes.ts'

const project = (name: string, state: Project['state']): Project => ({
  id: name,
  name,
  folder: '/f',
  providerId: 'anthropic',
  modelId: 'm',
  runtime: 'docker',
  isolated: true,
  delivery: 'gateway',
  egress: 'open',
  state,
  createdAt: 0,
  lastActivityAt: 0,
})

it('names the projects that run, and no others', () => {
  const projects = [
    project('atlas-api', 'running'),
    project('still', 'stopped'),
    project('broken', 'failed'),
    project('busy', 'working'),
    project('asks', 'waiting'),
    project('comes-up', 'starting'),
  ]
  expect(restartNotice('Home lab is usable in running projects after a restart', projects)).toEqual({
    level: 'info',
    text: 'Home lab is usable in running projects after a restart: atlas-api, busy, asks, comes-up.',
  })
})

it('says nothing where none runs', () => {
  expect(restartNotice('x', [project('still', 'stopped')])).toBeUndefined()
})
