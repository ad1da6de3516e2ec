import { useRef, useState } from 'react'
import type { ConnectionCheck } from '../../../../preload/accounts.ts'
import type { Failure } from '../../../../preload/contract.ts'
import { useStores } from '../../context.ts'
import { useStable } from '../../lib/hooks.ts'
import { type FieldValues, filled } from './account-fields.tsx'
import { holdsBack, placeOfVerdict, verdictWords } from './verdicts.ts'

export interface KeyTest {
  readonly testing: boolean
  readonly check?: ConnectionCheck
  /** The test itself could not be made. */
  readonly failure?: Failure
}

/** A test belongs to what was filled in when it was made, and to nothing else. */
interface Tested extends KeyTest {
  readonly subject: string
}

export interface TestedSave {
  readonly test: KeyTest | undefined
  /** The test speaks against the key: it is saved only if the user says so once more. */
  readonly held: boolean
  /** Where the form says what is wrong. */
  readonly errors: { readonly key?: string; readonly fields?: string }
  tryIt(): void
  /** Tests, then saves what is good; what has been tested is saved as it is. */
  submit(): Promise<void>
  /** Saves without waiting for the test. */
  skip(): Promise<void>
}

/** Tests a key before it is saved, and never stands in the way of saving it. */
export function useTestedSave(
  providerId: string,
  given: { readonly key: string; readonly fields: FieldValues },
  save: () => Promise<void>,
): TestedSave {
  const { bridge } = useStores()
  const [tested, setTested] = useState<Tested>()
  const turn = useRef(0)
  const subject = JSON.stringify([given.key.trim(), filled(given.fields)])
  const subjectNow = useStable(() => subject)
  const saveNow = useStable(save)
  const test = tested?.subject === subject ? tested : undefined
  const run = async (): Promise<KeyTest | undefined> => {
    turn.current += 1
    const mine = turn.current
    setTested({ subject, testing: true })
    const answer = await bridge.invoke('accounts.checkKey', {
      providerId,
      key: given.key.trim(),
      fields: filled(given.fields),
    })
    if (turn.current !== mine || subjectNow() !== subject) return undefined
    const result = { testing: false, ...(answer.ok ? { check: answer.value } : { failure: answer.error }) }
    setTested({ subject, ...result })
    return result
  }
  const held = isHeld(test)
  return {
    test,
    held,
    errors: errorsOf(test),
    tryIt: () => void run(),
    submit: async () => {
      if (test?.testing) return
      if (test?.check !== undefined || held) return saveNow()
      const result = await run()
      if (result?.check !== undefined && !holdsBack(result.check)) await saveNow()
    },
    skip: async () => {
      turn.current += 1
      setTested(undefined)
      await saveNow()
    },
  }
}

/** What was typed is itself not a key: saving it would be refused for the same reason. */
const isRefusal = ({ code }: Failure): boolean => code === 'bad_request' || code === 'credential_rejected'

function isHeld(test: KeyTest | undefined): boolean {
  if (test?.failure !== undefined) return !isRefusal(test.failure)
  return test?.check !== undefined && holdsBack(test.check)
}

function errorsOf(test: KeyTest | undefined): TestedSave['errors'] {
  if (test?.failure !== undefined && isRefusal(test.failure)) return { key: test.failure.message }
  if (test?.check === undefined || test.check.verdict === 'good') return {}
  const place = placeOfVerdict(test.check.verdict)
  const words = `${verdictWords[test.check.verdict].word}. ${test.check.message}`
  return place === 'form' ? {} : { [place]: words }
}
