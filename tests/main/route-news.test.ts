import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createRouteNews } from '../../src/main/route-news.ts'
import type { Route } from '../../src/preload/shapes.ts'

const route = (id: string, projectId = 'shop', reason = ''): Route => ({
  ...{ id, projectId, at: 0, host: 'api.openai.com', method: 'POST', path: '/v1/responses' },
  ...{ outcome: 'sent', reason },
})

let told: Route[][]
let news: ReturnType<typeof createRouteNews>
beforeEach(() => {
  vi.useFakeTimers()
  told = []
  news = createRouteNews((routes) => told.push(routes))
})
afterEach(() => vi.useRealTimers())

it('tells of a moment at once, each request as it is by then', () => {
  news.changed(route('1'))
  news.changed(route('2'))
  news.changed(route('1', 'shop', 'over'))
  expect(told).toEqual([])
  vi.advanceTimersByTime(100)
  expect(told).toEqual([[route('1', 'shop', 'over'), route('2')]])
})

it('tells of the next moment anew, and of none without requests', () => {
  news.changed(route('1'))
  vi.advanceTimersByTime(1000)
  news.changed(route('1', 'shop', 'over'))
  vi.advanceTimersByTime(1000)
  expect(told).toEqual([[route('1')], [route('1', 'shop', 'over')]])
})

it('leaves out what no screen would show, project by project', () => {
  news.changed(route('quiet', 'other'))
  for (let i = 0; i < 1000; i++) news.changed(route(String(i)))
  vi.advanceTimersByTime(100)
  const [all = []] = told
  expect(all.map(({ id }) => id)).toEqual([
    'quiet',
    ...Array.from({ length: 200 }, (_, i) => String(800 + i)),
  ])
})

it('tells nothing more once it is closed', () => {
  news.changed(route('1'))
  news.close()
  vi.advanceTimersByTime(1000)
  expect(told).toEqual([])
})
