import type { KnownHost } from './types.ts'

const known = (purpose: string, hosts: readonly string[]): KnownHost[] =>
  hosts.map((host) => ({ host, purpose }))

/** The port of SSH, which git goes by too. */
const overSsh = (host: string): string => `${host}:22`

/** Public git hosts by their well-known names, with the names their archives and large files come from. */
export const GIT_HOSTS: readonly KnownHost[] = [
  ...known('GitHub', [
    'github.com',
    overSsh('github.com'),
    'api.github.com',
    'codeload.github.com',
    'gist.github.com',
    'objects.githubusercontent.com',
    'raw.githubusercontent.com',
    'release-assets.githubusercontent.com',
    'github-cloud.githubusercontent.com',
  ]),
  ...known('GitLab', ['gitlab.com', overSsh('gitlab.com')]),
  ...known('Bitbucket', ['bitbucket.org', overSsh('bitbucket.org'), 'api.bitbucket.org']),
  ...known('Codeberg', ['codeberg.org', overSsh('codeberg.org')]),
  ...known('SourceHut', ['sr.ht', 'git.sr.ht', overSsh('git.sr.ht'), 'hg.sr.ht', overSsh('hg.sr.ht')]),
  ...known('Gitea', ['gitea.com', overSsh('gitea.com')]),
]
