import { CONFINED_BRIDGE } from '../engine/confinement.ts'
import type { Confinement, TrialResult } from '../engine/types.ts'
import { toFailure } from '../errors.ts'
import { HOST } from '../runtime/docker-spec.ts'
import type { DoctorDeps, Finding } from './doctor.ts'

/** What the gateway says to a plain request without a login; nothing else on this machine does. */
const GREETING = /x-berth-error: not_found/i
const NO_TOOL = 'berth-doctor: no tool'
const TIMEOUT_MS = 30_000

/**
 * Asks the gateway for `/` with whatever the image has that can speak TCP, and prints the answer. `dash` and busybox's
 * shell have no sockets of their own, bash and the others here have.
 */
export const SCRIPT = `
ask='GET / HTTP/1.0\\r\\nHost: '$H'\\r\\n\\r\\n'
if command -v bash >/dev/null; then
  exec timeout 10 bash -c 'exec 3<>/dev/tcp/$H/$P && printf "$0" >&3 && head -c 4000 <&3' "$ask"
elif command -v curl >/dev/null; then exec curl -si -m 10 "http://$H:$P/"
elif command -v wget >/dev/null; then wget -S -T 10 -O - "http://$H:$P/" 2>&1; exit 0
elif command -v nc >/dev/null; then printf "$ask" | timeout 10 nc "$H" "$P"
elif command -v python3 >/dev/null; then
  exec python3 -c "import socket; s=socket.create_connection(('$H',$P),10); s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); print(s.recv(4000).decode())"
elif command -v perl >/dev/null; then
  exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new("$ENV{H}:$ENV{P}") or die $!; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print while <$s>'
else echo '${NO_TOOL}'; fi
`

/** A container to try it from. */
interface Place {
  /** `A container of debian`, for what is said of it. */
  readonly name: string
  readonly image: string
  readonly port: number
  /** Its network's interface on this machine, which a firewall knows it by. */
  readonly bridge: string
  readonly confinement?: Confinement
}

function judge({ exitCode, output }: TrialResult, { name, image, port, bridge }: Place): Finding {
  if (GREETING.test(output)) return { state: 'ok', detail: `${name} reaches it at ${HOST}:${port}.` }
  if (output.includes(NO_TOOL)) {
    return {
      state: 'unknown',
      detail: `The image ${image} has nothing in it that could try the connection.`,
      mend: 'Start a project: it shows whether its container reaches the gateway.',
    }
  }
  const said = output.trim().split('\n').at(-1)?.slice(0, 300)
  const why = exitCode === undefined ? 'it got no answer' : said || `it ended with ${exitCode}`
  return {
    state: 'failed',
    detail: `${name} does not reach the gateway at ${HOST}:${port}: ${why}.`,
    mend: `A firewall on this machine may stop it: let Docker's network through to port ${port}, for example sudo ufw allow in on ${bridge} to any port ${port} proto tcp.`,
  }
}

async function tryFrom(deps: DoctorDeps, place: Place): Promise<Finding> {
  const { image, port, confinement } = place
  try {
    const result = await deps.engine.trial({
      image,
      command: ['/bin/sh', '-c', SCRIPT],
      env: { H: HOST, P: String(port) },
      extraHosts: [`${HOST}:${confinement?.address ?? 'host-gateway'}`],
      ...(confinement === undefined ? {} : { confinement }),
      purpose: 'doctor',
      timeoutMs: TIMEOUT_MS,
    })
    return judge(result, place)
  } catch (error) {
    const { code, message } = toFailure(error)
    // An image without a shell: distroless ones have none.
    if (message.includes('/bin/sh')) return judge({ exitCode: 0, output: NO_TOOL }, place)
    if (code !== 'image_not_found') return { state: 'failed', detail: message }
    return {
      state: 'unknown',
      detail: `The image ${image} is not here, so no container could be tried.`,
      mend: `docker pull ${image}, or start a project, which fetches it.`,
    }
  }
}

/**
 * Runs a real container of the default image and lets it knock at the gateway; and then another one on the confined
 * network, where a project made that: a firewall may let the one through and not the other.
 */
export async function checkContainer(deps: DoctorDeps): Promise<Finding> {
  const engine = await deps.engine.check()
  if (engine.state !== 'ready') {
    return { state: 'unknown', detail: 'There is no engine to try it with.', mend: 'Mend the engine first.' }
  }
  if (deps.gatewayStatus().state !== 'ready') {
    return { state: 'unknown', detail: 'The gateway does not listen.', mend: 'Mend the gateway first.' }
  }
  const image = deps.image()
  const port = deps.gatewayPort()
  const usual = await tryFrom(deps, { name: `A container of ${image}`, image, port, bridge: 'docker0' })
  const { confined } = await deps.engine.gateways()
  if (usual.state !== 'ok' || confined === undefined) return usual
  const name = `A confined container of ${image}`
  const found = await tryFrom(deps, { name, image, port, bridge: CONFINED_BRIDGE, confinement: confined })
  return found.state === 'ok' ? { ...usual, detail: `${usual.detail} A confined one does, too.` } : found
}
