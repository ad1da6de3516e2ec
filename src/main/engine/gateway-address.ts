import { readFile } from 'node:fs/promises'
import { BlockList, createServer, isIP } from 'node:net'
import type Docker from 'dockerode'
import { isThisMachine } from './platform.ts'

/**
 * True when a socket can listen there, which is what the address is wanted for. The list of network interfaces would not
 * do: a bridge without containers is missing from it.
 */
function isLocal(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port: 0 }, () => server.close(() => resolve(true)))
  })
}

/** This machine's own IPv4 addresses, of bridges without containers too: the local routes of `/proc/net/fib_trie`. */
export function localAddresses(fibTrie: string): string[] {
  const matches = fibTrie.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)
  return [...new Set([...matches].map((match) => String(match[1])))]
}

function addressIn(subnet: string, addresses: readonly string[]): string | undefined {
  const [network, bits] = subnet.split('/')
  if (network === undefined || isIP(network) !== 4) return undefined
  const list = new BlockList()
  list.addSubnet(network, Number(bits))
  return addresses.find((address) => list.check(address))
}

/** The address this machine has on a bridge; undefined when it has none that can be listened on. */
export async function addressOf(bridge: Docker.NetworkInspectInfo): Promise<string | undefined> {
  const configs = bridge.IPAM?.Config ?? []
  const given = configs.map((config) => config.Gateway).find((gateway) => isIP(gateway ?? '') === 4)
  // Docker does not always name the gateway; the address is then the one this machine has in the bridge's subnet.
  const own = localAddresses(await readFile('/proc/net/fib_trie', 'utf8'))
  const address = given ?? configs.map((config) => addressIn(config.Subnet ?? '', own)).find(Boolean)
  return address !== undefined && (await isLocal(address)) ? address : undefined
}

/**
 * The host's address that `host-gateway` stands for in a container: the default bridge's own, unless dockerd is told
 * otherwise. Undefined where that is no address of this machine.
 */
export async function hostGatewayAddress(docker: Docker): Promise<string | undefined> {
  if (!(await isThisMachine(docker))) return undefined
  return addressOf(await docker.getNetwork('bridge').inspect())
}
