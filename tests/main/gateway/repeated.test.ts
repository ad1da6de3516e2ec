import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { keyOf, type Rig, says, startRig } from './rig.ts'
import { until } from './world.ts'

/** What a vendor repeats: credentials, which nobody may be told, and a client's words, which count for nothing. */

let rig: Rig
afterEach(() => rig.close())

const standings = (label: string) => rig.world.gateway.pools.standings(`acc-${label}`)

describe('a credential of no known form', () => {
  const SECRET = 'plain.words.of.nobody.17'

  it('in an error inside a stream is in no standing and no later answer', async () => {
    rig = await startRig(['a'])
    rig.world.credentials.set('acc-a', { type: 'api', key: SECRET })
    const error = { type: 'rate_limit_error', message: `slow down, ${SECRET}` }
    rig.scripts.set('nobody', says(200, `data: ${JSON.stringify({ error })}\n\n`))
    expect((await rig.ask()).status).toBe(200)
    await until(() => standings('a')[0]?.cooling !== undefined, 'the account to cool')
    expect(JSON.stringify(standings('a'))).toContain('slow down, ****')
    expect(JSON.stringify(standings('a'))).not.toContain(SECRET)
  })

  it('of the account before is not in the answer to the next one', async () => {
    rig = await startRig(['a', 'b'])
    rig.scripts.set('a', says(401, { error: { message: `no such key ${keyOf('a')}` } }))
    rig.scripts.set('b', says(200, `b, and not ${keyOf('a')}`, { 'x-before': keyOf('a') }))
    const answer = await rig.ask()
    expect(rig.arrived).toEqual(['a', 'b'])
    expect(answer.text).toMatch(/^b, and not \*+$/)
    expect(answer.headers['x-before']).toMatch(/^\*+$/)
  })
})

describe("a client's own words", () => {
  const body = (role: string): string => JSON.stringify({ model: 'gpt-5', messages: [{ role }] })
  const repeats = (role: string) =>
    says(400, { error: { type: 'invalid_request_error', message: `Invalid value: '${role}'.` } })

  it.each([
    ['api key not valid', body('api key not valid')],
    ['Credit balance is too low', body('Credit balance is too low')],
    ["plan's usage limit", body('X').replace('X', 'plan\\u0027s usage limit')],
    ['out of credits', body('X').replace('X', '\\u006fut of credits')],
    ['out of credits', body('X').replace('X', '\\u006Fut\\nof  credits')],
    ['out of credits', body(JSON.stringify({ a: 'X' }).replace('X', '\\u006fut of credits'))],
    ['out of credits', Buffer.from(body('out of credits'), 'utf16le')],
    ['out of credits', 'model=gpt-5&role=out+of%20credit%73'],
  ])('that say %j cool and retire no account', async (words, sent) => {
    rig = await startRig(['a', 'b'])
    for (const label of ['a', 'b']) rig.scripts.set(label, repeats(words))
    expect((await rig.ask({ body: sent })).status).toBe(400)
    expect((await rig.ask({ body: sent })).status).toBe(400)
    expect(rig.arrived).toEqual(['a', 'a'])
    expect(standings('a')[0]?.cooling).toBeUndefined()
    expect(rig.retired).toEqual([])
  })

  it('among the tools that an answer repeats cool no account', async () => {
    rig = await startRig(['a'])
    const tools = [{ parameters: { properties: { error: { code: 'insufficient_quota' } } } }]
    const told = `data: ${JSON.stringify({ type: 'response.created', response: { tools } })}\n\n`
    rig.scripts.set('a', says(200, told))
    await rig.ask({ body: JSON.stringify({ model: 'gpt-5', tools }) })
    await until(() => rig.counted.length === 1, 'the request in the books')
    expect(standings('a')[0]?.cooling).toBeUndefined()
  })

  it('in a file that it put at the vendor, and fetches again, count for nothing', async () => {
    rig = await startRig(['a'])
    const file = { usage: { prompt_tokens: 900_000_000 }, error: { code: 'insufficient_quota' } }
    rig.scripts.set('a', says(200, file))
    expect((await rig.ask({ method: 'GET' })).status).toBe(200)
    await until(() => rig.counted.length === 1, 'the request in the books')
    expect(rig.counted[0]?.tokens).toBeUndefined()
    expect(standings('a')[0]?.cooling).toBeUndefined()
  })

  it('that are packed may be any', async () => {
    rig = await startRig(['a', 'b'])
    rig.scripts.set('a', repeats('out of credits'))
    const headers = { 'content-encoding': 'gzip' }
    const packed = gzipSync(body('out of credits')).toString('latin1')
    expect((await rig.ask({ body: packed, headers })).status).toBe(400)
    expect(rig.arrived).toEqual(['a'])
  })

  it('in an address, however it is written, cool no account', async () => {
    rig = await startRig(['a', 'b'])
    rig.scripts.set('a', repeats('out of credits'))
    const answer = await rig.ask({ query: '?role=out%20of+credits&x=%ff' })
    expect([answer.status, rig.arrived]).toEqual([400, ['a']])
  })

  it('that name a time to wait are not waited for', async () => {
    rig = await startRig(['a'])
    rig.scripts.set('a', says(429, { error: { message: "Too many requests for 'try again in 23h'" } }))
    const answer = await rig.ask({ body: body('Try again in \u00323h') })
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '30'])
  })

  it.each([
    ['as they are', body('user')],
    ['with escapes in them', body('X').replace('X', '\\u0041\\u00e9\\u000a')],
    ['beside others that it repeats', body('out of credits')],
  ])("%s are told from the vendor's, which count", async (_, sent) => {
    rig = await startRig(['a', 'b'])
    rig.scripts.set('a', repeats("out of credits'. And your credit balance is too low, '"))
    expect(await rig.ask({ body: sent })).toMatchObject({ text: 'ok b' })
    expect(standings('a')[0]?.cooling).toMatchObject({ kind: 'quota' })
  })
})
