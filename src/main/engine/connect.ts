import { Agent } from 'node:http'
import Docker from 'dockerode'
import { BerthError } from '../errors.ts'
import type { Endpoint } from './address.ts'

/**
 * A client for one endpoint. Everything is given by name, for docker-modem fills gaps from `DOCKER_HOST` and its
 * companions, and a host from there would win over a socket from here. Connections are not kept: one kept over a
 * restart of the engine fails the next request.
 */
export function connect(endpoint: Endpoint): Docker {
  if (endpoint.kind === 'unsupported') throw new BerthError('engine_unavailable', endpoint.reason)
  const plain = { protocol: 'http' as const, agent: new Agent({ keepAlive: false }) }
  const place =
    endpoint.kind === 'socket'
      ? { socketPath: endpoint.path, host: undefined, port: undefined }
      : { host: endpoint.host, port: endpoint.port }
  const noTls = { ca: undefined, cert: undefined, key: undefined, pathPrefix: undefined }
  const options = { ...noTls, ...plain, ...place }
  try {
    return new Docker(options as Docker.DockerOptions)
  } catch (cause) {
    throw new BerthError(
      'engine_unavailable',
      'The environment variable DOCKER_HOST or DOCKER_CERT_PATH is set to something that cannot be used. Mend it or unset it, then start Berth again.',
      { cause },
    )
  }
}
