import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import Docker from 'dockerode'
import { engineSocket } from './docker.mjs'

/** Runs a bash script in a project's container, as its user and with the environment it was given. Answers with what it prints. */
export async function runInContainer(projectId: string, script: string): Promise<string> {
  const docker = new Docker({ socketPath: engineSocket() })
  const exec = await docker.getContainer(`berth-${projectId}`).exec({
    Cmd: ['bash', '-c', script],
    AttachStdout: true,
    AttachStderr: true,
  })
  const stream = await exec.start({})
  const said = new PassThrough()
  docker.modem.demuxStream(stream, said, said)
  const all = text(said)
  await once(stream, 'end')
  said.end()
  return all
}

const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`

/** The gateway as the container's own environment names it: `$at` and `$login`. Opens a connection as number 3. */
const TO_GATEWAY = `
proxy=\${HTTPS_PROXY#http://}; proxy=\${proxy%/}; at=\${proxy##*@}
login=$(printf %s "\${proxy%@*}" | base64 -w0)
exec 3<>/dev/tcp/\${at%:*}/\${at##*:}`

/**
 * Asks the gateway for a tunnel to `to` (`host:port`) from inside the container, and sends `payload` through where it is
 * opened; the other end must close. Answers with everything that came back, the gateway's own head first.
 */
export function tunnelFrom(projectId: string, to: string, payload: string): Promise<string> {
  return runInContainer(
    projectId,
    `${TO_GATEWAY}
printf 'CONNECT %s HTTP/1.1\\r\\nHost: %s\\r\\nProxy-Authorization: Basic %s\\r\\n\\r\\n' ${quoted(to)} ${quoted(to)} "$login" >&3
IFS= read -r status <&3; printf '%s\\n' "$status"
case "$status" in *' 200 '*) while IFS= read -r line <&3 && [ "$line" != $'\\r' ]; do :; done; printf %s ${quoted(payload)} >&3 ;; esac
cat <&3`,
  )
}

/** The same for a request in plain HTTP. `headers` are whole lines. */
export function requestFrom(
  projectId: string,
  url: string,
  headers: readonly string[] = [],
): Promise<string> {
  const lines = [`Host: ${new URL(url).host}`, ...headers, 'Connection: close'].map((line) => `${line}\r\n`)
  return runInContainer(
    projectId,
    `${TO_GATEWAY}
printf 'GET %s HTTP/1.1\\r\\nProxy-Authorization: Basic %s\\r\\n%s\\r\\n' ${quoted(url)} "$login" ${quoted(lines.join(''))} >&3
cat <&3`,
  )
}
