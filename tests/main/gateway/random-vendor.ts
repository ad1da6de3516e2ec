import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { keyOf } from './rig.ts'

/** A vendor that fails as seeded chance has it, and writes down what it saw. */

/** Numbers from 0 to 1 (mulberry32); the same ones for the same seed. */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export type Fault =
  | 'good'
  | 'slow'
  | 'rate'
  | 'hinted'
  | 'quota'
  | 'auth'
  | 'server'
  | 'busy'
  | 'reset'
  | 'cut'
  | 'inside'

/** What happened to one request that reached the vendor. */
export interface Seen {
  readonly nonce: number
  readonly label: string
  readonly fault: Fault
  /** What of the answer's body was sent. */
  readonly sent: string
  readonly status: number
}

/** How often of a thousand each fault is; the rest is good. */
const ODDS: readonly (readonly [Fault, number])[] = [
  ['slow', 30],
  ['rate', 25],
  ['hinted', 30],
  ['quota', 15],
  ['auth', 4],
  ['server', 8],
  ['busy', 8],
  ['reset', 4],
  ['cut', 10],
  ['inside', 12],
]

function draw(random: () => number): Fault {
  let left = random() * 1000
  for (const [fault, odds] of ODDS) {
    left -= odds
    if (left < 0) return fault
  }
  return 'good'
}

export const usageOf = (nonce: number) => ({
  prompt_tokens: 100 + (nonce % 50),
  completion_tokens: nonce % 7,
})

const chunk = (nonce: number, i: number): string => `data: {"nonce":${nonce},"choices":[{"index":${i}}]}\n\n`
const GOOD_CHUNKS = 4

/** A whole good answer, which names its request in every piece. */
function goodPieces(nonce: number): string[] {
  const pieces = Array.from({ length: GOOD_CHUNKS }, (_, i) => chunk(nonce, i))
  return [...pieces, `data: {"nonce":${nonce},"usage":${JSON.stringify(usageOf(nonce))}}\n\n`]
}

const failedWith = (nonce: number, code: string): string =>
  JSON.stringify({ error: { code, message: `no ${nonce}` } })

interface Plan {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: readonly string[]
  readonly gapMs: number
  readonly cut: boolean
}

function planFor(fault: Fault, nonce: number, random: () => number): Plan {
  const plan = (status: number, pieces: readonly string[], some: Partial<Plan> = {}): Plan => ({
    status,
    pieces,
    headers: {},
    gapMs: 0,
    cut: false,
    ...some,
  })
  const soon = { 'retry-after-ms': String(Math.floor(random() * 30)) }
  switch (fault) {
    case 'good':
      return plan(200, goodPieces(nonce))
    case 'slow':
      return plan(200, goodPieces(nonce), { gapMs: 5 + Math.floor(random() * 15) })
    case 'rate':
      return plan(429, [failedWith(nonce, 'rate_limit_exceeded')])
    case 'hinted':
      return plan(429, [failedWith(nonce, 'rate_limit_exceeded')], { headers: soon })
    case 'quota':
      return plan(429, [failedWith(nonce, 'insufficient_quota')])
    case 'auth':
      return plan(401, [failedWith(nonce, 'invalid_api_key')])
    case 'server':
      return plan(500, [failedWith(nonce, 'server_error')], { headers: soon })
    case 'busy':
      return plan(529, [failedWith(nonce, 'overloaded')], { headers: soon })
    case 'reset':
      return plan(0, [], { cut: true })
    case 'cut':
      return plan(200, goodPieces(nonce).slice(0, 2), { cut: true })
    case 'inside':
      return plan(200, [
        chunk(nonce, 0),
        `data: {"nonce":${nonce},"error":{"code":"rate_limit_exceeded"}}\n\n`,
      ])
  }
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms))

async function perform(res: ServerResponse, { status, headers, pieces, gapMs, cut }: Plan): Promise<void> {
  if (status === 0) {
    res.destroy()
    return
  }
  res.writeHead(status, { 'content-type': 'text/event-stream', ...headers })
  for (const piece of pieces) {
    await new Promise((done) => res.write(piece, done))
    if (gapMs > 0) await sleep(gapMs)
  }
  if (cut) res.destroy()
  else res.end()
}

/** Faults depend on the seed, the request, the account and the try alone: whatever else goes on at the same time. */
export function createRandomVendor(seed: number, labels: readonly string[]) {
  const seen: Seen[] = []
  const tries = new Map<string, number>()
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const label = labels.find((one) => req.headers.authorization === `Bearer ${keyOf(one)}`) ?? 'nobody'
    const body: unknown = JSON.parse(await text(req))
    const nonce =
      typeof body === 'object' && body !== null && 'nonce' in body ? Number(body.nonce) : Number.NaN
    const name = `${nonce} ${label}`
    const nth = (tries.get(name) ?? 0) + 1
    tries.set(name, nth)
    const random = chance(seed * 7919 + nonce * 101 + labels.indexOf(label) * 13 + nth)
    const fault = draw(random)
    const plan = planFor(fault, nonce, random)
    seen.push({ nonce, label, fault, sent: plan.pieces.join(''), status: plan.status })
    await perform(res, plan)
  }
  return {
    seen,
    handler: (req: IncomingMessage, res: ServerResponse): void => {
      res.on('error', () => undefined)
      handle(req, res).catch(() => res.destroy())
    },
  }
}
