import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerProcess, Usage } from './processes.ts'

/** True when there is an nginx to compare with. */
export function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const config = (folder: string, port: number, vendor: number): string => `
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  keepalive_requests 10000000; client_body_buffer_size 64k;
  upstream vendor { server 127.0.0.1:${vendor}; keepalive 128; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }
  }
}
`

/** From Linux's `/proc`: ticks are hundredths of a second there. Zeros elsewhere. */
function usageOf(child: ChildProcess): Usage {
  try {
    const [, after = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')
    const fields = after.split(' ').map(Number)
    return { cpuMicros: ((fields[11] ?? 0) + (fields[12] ?? 0)) * 10_000, rss: (fields[21] ?? 0) * 4096 }
  } catch {
    return { cpuMicros: 0, rss: 0 }
  }
}

/** One process, as the others are. */
export async function startNginx(
  folder: string,
  port: number,
  vendor: number,
): Promise<ServerProcess<{ port: number }>> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'nginx.conf')
  await writeFile(file, config(folder, port, vendor))
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: 'ignore' })
  await new Promise((done) => setTimeout(done, 500))
  return { ready: { port }, usage: async () => usageOf(child), stop: () => void child.kill() }
}
