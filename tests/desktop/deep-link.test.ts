import { describe, expect, it } from 'vitest'
import { deepLinkIn, parseDeepLink } from '../../src/main/desktop/deep-link.ts'

describe('parseDeepLink', () => {
  it.each([
    ['berth://project/p1', { page: 'project', projectId: 'p1' }],
    ['berth://project/p1/', { page: 'project', projectId: 'p1' }],
    ['berth://providers', { page: 'providers' }],
    ['berth://providers/', { page: 'providers' }],
    ['berth://providers/github-copilot', { page: 'providers', providerId: 'github-copilot' }],
    ['berth://new', { page: 'new-project' }],
    ['berth://new/?folder=%2Fhome%2Fa%20b', { page: 'new-project', folder: '/home/a b' }],
    ['berth://new?folder=C%3A%5Cwork', { page: 'new-project', folder: 'C:\\work' }],
    ['berth://new?folder=relative', { page: 'new-project' }],
    ['berth://new?folder=/a%00b', { page: 'new-project' }],
    ['berth://new?prompt=do+it&folder=/a', { page: 'new-project', folder: '/a' }],
  ])('reads %s', (link, to) => {
    expect(parseDeepLink(link)).toEqual({ kind: 'go', to })
  })

  it.each([
    '',
    'berth:',
    'berth://',
    'berth:project/p1',
    'berth://project',
    'berth://project/P1',
    'berth://project/p1/start',
    'berth://providers/Not%20One',
    'berth://new/folder',
    'berth://accounts/remove',
    'berth://user:pass@project/p1',
    'berth://project:80/p1',
    'https://project/p1',
    'javascript:alert(1)',
  ])('knows nothing of %j', (link) => {
    expect(parseDeepLink(link)).toEqual({ kind: 'unknown' })
  })
})

describe('a link that is too long', () => {
  it('is not read', () => {
    expect(parseDeepLink(`berth://new?folder=/${'a'.repeat(3000)}`)).toEqual({ kind: 'unknown' })
  })
})

describe('deepLinkIn', () => {
  it('finds the link among arguments', () => {
    expect(deepLinkIn(['/opt/berth', '--flag', 'berth://new'])).toBe('berth://new')
    expect(deepLinkIn(['/opt/berth', 'https://berth://'])).toBeUndefined()
  })
})
