/**
 * Answers and events travel apart: an answer may arrive after an event that says something newer of the same thing. Every
 * change is told by an event, so what an event told since a call began stands, and the call's answer gives way.
 */
export interface Freshness {
  /** An event told of this thing. */
  tell(id: string): void
  /** A call begins; the function says whether an event has told of a thing since. */
  begin(): (id: string) => boolean
}

export function createFreshness(): Freshness {
  const told = new Map<string, number>()
  let now = 0
  return {
    tell: (id) => {
      now += 1
      told.set(id, now)
    },
    begin: () => {
      const began = now
      return (id) => (told.get(id) ?? 0) > began
    },
  }
}
