import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Fact, factsFrom, reduce, stateOf, storedStateOf } from '../../../src/main/projects/state.ts'
import { projectState } from '../../../src/preload/shapes.ts'

const problem = { code: 'internal', message: 'It broke.' }
const after = (...facts: Fact[]) => facts.reduce(reduce, factsFrom('stopped', undefined))

it('puts a question before work, and work before rest', () => {
  const busy: Fact = { type: 'busy', sessionId: 's' }
  const asked: Fact = { type: 'asked', permissionId: 'p' }
  expect(stateOf(after({ type: 'starting' }, { type: 'started' }))).toBe('running')
  expect(stateOf(after({ type: 'started' }, busy))).toBe('working')
  expect(stateOf(after({ type: 'started' }, asked, busy))).toBe('waiting')
  expect(stateOf(after({ type: 'started' }, asked, { type: 'answered', permissionId: 'p' }))).toBe('running')
})

it('keeps what was heard during a start, and forgets it with the server', () => {
  const busy: Fact = { type: 'busy', sessionId: 's' }
  expect(stateOf(after({ type: 'starting' }, busy))).toBe('starting')
  expect(stateOf(after({ type: 'starting' }, busy, { type: 'started' }))).toBe('working')
  expect(stateOf(after({ type: 'started' }, busy, { type: 'stopped' }, { type: 'started' }))).toBe('running')
})

it('shows a removal as stopping, and lets only a failure of it end it', () => {
  const removing = after({ type: 'removing' }, { type: 'started' }, { type: 'stopped' })
  expect(stateOf(removing)).toBe('stopping')
  expect(storedStateOf(removing)).toBe('removing')
  expect(stateOf(reduce(removing, { type: 'failed', problem }))).toBe('failed')
})

const id = fc.constantFrom('a', 'b')
const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.constantFrom<Fact>(
    { type: 'starting' },
    { type: 'started' },
    { type: 'stopping' },
    { type: 'stopped' },
    { type: 'removing' },
    { type: 'failed', problem },
  ),
  fc.record({ type: fc.constantFrom('busy' as const, 'idle' as const), sessionId: id }),
  fc.record({ type: fc.constantFrom('asked' as const, 'answered' as const), permissionId: id }),
)

it('is always a state of the contract, with a problem exactly when it failed', () => {
  fc.assert(
    fc.property(fc.array(fact), (facts) => {
      const end = after(...facts)
      expect(projectState.options).toContain(stateOf(end))
      expect(end.problem !== undefined).toBe(stateOf(end) === 'failed')
      expect(factsFrom(storedStateOf(end), end.problem).server).toBe(end.server)
    }),
  )
})
