import type { Project } from '../../../../preload/shapes.ts'
import { usePins, useProviders } from '../../context.ts'
import { type Choice, choiceOf } from '../providers/choice.ts'
import { directRefusal } from './delivery-words.ts'

type Asking = Parameters<typeof choiceOf>[0]

/** The account a project's requests use now, and why. */
export function useChoice(project: Project): Choice {
  return useChoiceOf(project)
}

/** Why the real key cannot be given to a project as it is filled in. Empty account: automatic. */
export function useDirectRefusal(
  given: Asking & { readonly accountId?: string | undefined },
): string | undefined {
  return directRefusal(useChoiceOf(given).account)
}

function useChoiceOf(asking: Asking): Choice {
  const accounts = useProviders((state) => state.accounts)
  const pins = usePins((state) => state.pins)
  return choiceOf(asking, accounts ?? [], pins ?? [])
}
