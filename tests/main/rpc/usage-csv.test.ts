import { expect, it } from 'vitest'
import { usageCsv } from '../../../src/main/rpc/usage-csv.ts'
import type { UsageRow } from '../../../src/preload/usage.ts'

const row = (change: Partial<UsageRow>): UsageRow => ({
  key: 'k',
  label: 'l',
  requests: 1,
  retries: 0,
  failed: 0,
  tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 5 },
  unpriced: 0,
  ...change,
})

it('is CSV by RFC 4180: CRLF after each line, quotes where they are needed, nothing for what is not known', () => {
  expect(
    usageCsv([row({ label: 'a, "b"\nc', by: 'x', byLabel: 'y', cost: 0.5, durationMs: 9 }), row({})]),
  ).toBe(
    [
      'key,label,by,by_label,requests,retries,failed,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,reasoning_tokens,cost_usd,unpriced_requests,first_byte_ms,duration_ms',
      'k,"a, ""b""\nc",x,y,1,0,0,1,2,3,4,5,0.5,0,,9',
      'k,l,,,1,0,0,1,2,3,4,5,,0,,',
      '',
    ].join('\r\n'),
  )
})

it.each(['=1+1', '+1', '-1', '@x'])('does not hand %s to a spreadsheet as a formula', (label) => {
  expect(usageCsv([row({ label })])).toContain(`k,'${label},`)
})
