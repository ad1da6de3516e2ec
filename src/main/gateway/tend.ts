import type { Notice } from '../../preload/shapes.ts'
import type { Identity } from './identity.ts'

const DAY = 86_400_000

/** Keeps the authority from ending while Berth runs. */
export interface Tending {
  /** Looks now, and once a day from then on. Never throws: what cannot be done today is done tomorrow. */
  start(identity: Pick<Identity, 'renew'>): Promise<void>
  stop(): void
}

export function createTending(onNotice: (notice: Omit<Notice, 'id'>) => void): Tending {
  let timer: NodeJS.Timeout | undefined
  const look = async (identity: Pick<Identity, 'renew'>): Promise<void> => {
    // A vault that is locked cannot be written to.
    if (!(await identity.renew().catch(() => false))) return
    onNotice({
      level: 'info',
      text: 'Berth renewed its certificate. Restart the projects that run, so that they trust the new one.',
    })
  }
  return {
    async start(identity) {
      clearInterval(timer)
      timer = setInterval(() => void look(identity), DAY).unref()
      await look(identity)
    },
    stop: () => clearInterval(timer),
  }
}
