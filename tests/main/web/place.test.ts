import { expect, it } from 'vitest'
import { placeHash } from '../../../src/main/web/place.ts'
import { parsePlace } from '../../../src/renderer/src/features/shell/route-store.ts'

/** The main side writes the address of a place, and the renderer reads it. */
it.each([
  [
    { page: 'project', projectId: 'p1' },
    { page: 'project', projectId: 'p1' },
  ],
  [{ page: 'providers' }, { page: 'providers' }],
  [
    { page: 'providers', providerId: 'openai' },
    { page: 'add-provider', providerId: 'openai' },
  ],
  [{ page: 'new-project', folder: '/x' }, { page: 'new-project' }],
  [{ page: 'import' }, { page: 'import' }],
] as const)('%j leads there', (to, place) => {
  expect(parsePlace(placeHash(to))).toEqual(place)
})
