import type { RuntimeSpec } from './types.ts'

/** Where things are, as the server sees them. */
export interface ServerPlaces {
  readonly home: string
  readonly configFile: string
  readonly caFile: string
  /** The host name or address at which the server reaches the gateway. */
  readonly gatewayHost: string
}

/** What OpenCode must not send through the gateway: itself. */
const NO_PROXY = 'localhost,127.0.0.1,::1'

/**
 * The server's environment: what the project asks for, and over it what Berth needs to be so. The password it carries
 * is the project's own login for the gateway, and never a provider's credential.
 */
export function serverEnvironment(spec: RuntimeSpec, places: ServerPlaces): Record<string, string> {
  const { user, password, port } = spec.gateway
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  const proxy = `http://${login}@${places.gatewayHost}:${port}`
  return {
    ...spec.env,
    HOME: places.home,
    OPENCODE_CONFIG: places.configFile,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    // Its models are those of Berth's catalog: a newer list would name models and hosts that Berth does not know.
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_SERVER_PASSWORD: spec.serverPassword,
    NODE_EXTRA_CA_CERTS: places.caFile,
    // Tools read either spelling.
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    https_proxy: proxy,
    http_proxy: proxy,
    NO_PROXY,
    no_proxy: NO_PROXY,
  }
}

/** The server's arguments. Its log goes to its output, which is where a runtime's log is read from. */
export function serverArguments(hostname: string, port: number): string[] {
  return ['serve', '--hostname', hostname, '--port', String(port), '--print-logs', '--log-level', 'INFO']
}
