import Docker from 'dockerode'
import { engineSocket } from './docker.mjs'

/** A container that is not Berth's. */
export interface RawContainer {
  /** Its own address on its network. */
  readonly address: string
  /** Runs a program to its end in it and answers with the exit code. */
  run(command: readonly string[]): Promise<number>
  remove(): Promise<void>
}

/** Says `hello` to whoever connects. */
export const listenAt = (port: number): string[] => [
  'perl',
  '-MIO::Socket::INET',
  '-e',
  `$s=IO::Socket::INET->new(Listen=>9,LocalPort=>${port},ReuseAddr=>1) or die; $|=1; print "up\\n"; while($c=$s->accept){print $c "hello\\n"; close $c}`,
]

/** Starts a program on a network (`bridge` is the engine's default) and waits until it says `up`. */
export async function startRaw(image: string, network: string, command: string[]): Promise<RawContainer> {
  const docker = new Docker({ socketPath: engineSocket() })
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: command,
    HostConfig: { NetworkMode: network, Init: true },
  })
  const remove = () => container.remove({ force: true })
  try {
    await container.start()
    const log = await container.logs({ follow: true, stdout: true, stderr: true })
    for await (const chunk of log) if (String(chunk).includes('up\n')) break
    const { NetworkSettings } = await container.inspect()
    const address = NetworkSettings.Networks[network]?.IPAddress
    if (!address) throw new Error(`it ended, or has no address on ${network}`)
    return {
      address,
      remove,
      async run(given) {
        const exec = await container.exec({ Cmd: [...given], AttachStdout: true, AttachStderr: true })
        const stream = await exec.start({})
        for await (const _chunk of stream);
        return (await exec.inspect()).ExitCode ?? -1
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
