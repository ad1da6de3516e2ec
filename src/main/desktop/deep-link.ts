import { type Destination, projectId, providerId } from '../../preload/shapes.ts'

/**
 * What a `berth://` link asks for. Anybody can write such a link, so it only ever leads to a place or fills in a field:
 * nothing is started, changed or connected by it.
 */
export type DeepLink = { readonly kind: 'go'; readonly to: Destination } | { readonly kind: 'unknown' }

const UNKNOWN: DeepLink = { kind: 'unknown' }
const MAX_LENGTH = 2048

function go(to: Destination): DeepLink {
  return { kind: 'go', to }
}

function folderOf(url: URL): string | undefined {
  const folder = url.searchParams.get('folder')
  // An absolute path, as it would be on this computer; whether it exists is found out when the user goes on.
  const absolute = folder !== null && /^(\/|[A-Za-z]:[\\/])/.test(folder) && !folder.includes('\0')
  return absolute ? folder : undefined
}

/** Reads `berth://project/<id>`, `berth://providers[/<id>]` and `berth://new[?folder=…]`. */
export function parseDeepLink(link: string): DeepLink {
  if (link.length > MAX_LENGTH || !URL.canParse(link)) return UNKNOWN
  const url = new URL(link)
  if (url.protocol !== 'berth:' || url.username !== '' || url.password !== '' || url.port !== '')
    return UNKNOWN
  const [id, ...rest] = url.pathname.split('/').filter((part) => part !== '')
  if (rest.length > 0) return UNKNOWN
  switch (url.hostname) {
    case 'project': {
      const parsed = projectId.safeParse(id)
      return parsed.success ? go({ page: 'project', projectId: parsed.data }) : UNKNOWN
    }
    case 'providers': {
      if (id === undefined) return go({ page: 'providers' })
      const parsed = providerId.safeParse(id)
      return parsed.success ? go({ page: 'providers', providerId: parsed.data }) : UNKNOWN
    }
    case 'new': {
      if (id !== undefined) return UNKNOWN
      const folder = folderOf(url)
      return go({ page: 'new-project', ...(folder === undefined ? {} : { folder }) })
    }
    default:
      return UNKNOWN
  }
}

/** The deep link among a program's arguments, where Windows and Linux put it. */
export function deepLinkIn(argv: readonly string[]): string | undefined {
  return argv.find((argument) => argument.startsWith('berth://'))
}
