import { generateKeyPairSync } from 'node:crypto'
import Provider from 'oidc-provider'
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js'

/** It warns of its own adapter, which is good enough for a test. */
class Memory extends MemoryAdapter {}

const SCOPE = 'openid offline_access'

/** See the types beside this file, which `oidc-provider` has none of its own for. */
export function openIdProvider(issuer, clientId, tokenPath) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://localhost/callback'],
      },
    ],
    adapter: Memory,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    features: { devInteractions: { enabled: false } },
    routes: { token: tokenPath },
    cookies: { keys: ['test'] },
    rotateRefreshToken: true,
    ttl: { AccessToken: 3600, IdToken: 3600, RefreshToken: 86_400, Grant: 86_400 },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  })
  provider.proxy = true
  const { AccessToken, Client, Grant, RefreshToken } = provider
  return {
    handler: provider.callback(),
    async signIn(accountId) {
      const client = await Client.find(clientId)
      const grant = new Grant({ accountId, clientId })
      grant.addOIDCScope(SCOPE)
      const about = {
        accountId,
        client,
        grantId: await grant.save(),
        gty: 'authorization_code',
        scope: SCOPE,
      }
      const access = await new AccessToken(about).save()
      const refresh = await new RefreshToken(about).save()
      return { access, refresh }
    },
    async revoke({ refresh }) {
      const { grantId } = await RefreshToken.find(refresh)
      await RefreshToken.revokeByGrantId(grantId)
      await AccessToken.revokeByGrantId(grantId)
    },
    whose: async (access) => (await AccessToken.find(access))?.accountId,
  }
}
