/** The waits between attempts to reach Berth again, in milliseconds; the last one repeats. */
const WAITS = [250, 500, 1000, 2000, 4000, 8000] as const

export interface EventSocket {
  onConnection(listener: (connected: boolean) => void): () => void
}

/** Holds a WebSocket open for as long as the page lives, and says when it is lost and found. */
export function createEventSocket(url: string, onMessage: (text: string) => void): EventSocket {
  const listeners = new Set<(connected: boolean) => void>()
  let connected: boolean | undefined
  let failures = 0
  const tell = (now: boolean) => {
    if (connected === now) return
    connected = now
    for (const listener of listeners) listener(now)
  }
  const open = () => {
    const socket = new WebSocket(url)
    socket.addEventListener('open', () => {
      failures = 0
      tell(true)
    })
    socket.addEventListener('message', (message) => {
      if (typeof message.data === 'string') onMessage(message.data)
    })
    socket.addEventListener('close', () => {
      tell(false)
      // Some chance in the wait keeps several windows from knocking at the same moment.
      const wait = WAITS[Math.min(failures, WAITS.length - 1)] ?? 8000
      failures += 1
      setTimeout(open, wait * (0.8 + Math.random() * 0.4))
    })
  }
  open()
  return {
    onConnection: (listener) => {
      listeners.add(listener)
      if (connected !== undefined) listener(connected)
      return () => listeners.delete(listener)
    },
  }
}
