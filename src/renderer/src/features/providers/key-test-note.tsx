import { CheckWords } from './test-words.tsx'
import type { TestedSave } from './use-tested-save.ts'

/** One line below a form that tests a key; what belongs to a field is said there and not here. */
export function KeyTestNote({ saving }: { readonly saving: TestedSave }) {
  const { test, held, errors } = saving
  const atField = errors.key !== undefined || errors.fields !== undefined
  return (
    <div role="status" className="min-h-9 text-sm">
      {test?.testing === true && <span className="text-muted">Asking the provider about this key …</span>}
      {test?.check !== undefined && !atField && <CheckWords check={test.check} />}
      {test?.failure !== undefined && !atField && (
        <span className="text-trouble">The key could not be tested. {test.failure.message}</span>
      )}
      {held && (
        <span className="block text-muted">It can be saved all the same, and tested again later.</span>
      )}
    </div>
  )
}
