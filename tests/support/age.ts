import { spawn } from 'node:child_process'

/**
 * Runs Debian's `age`, which asks for passphrases on a terminal only: `script` gives it one. Each passphrase is typed when
 * the terminal asks for one. Resolves with what the terminal showed; rejects when `age` fails.
 */
export function runAge(args: readonly string[], passphrases: readonly string[]): Promise<string> {
  const command = ['age', ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const left = [...passphrases]
  let shown = ''
  let answered = 0
  child.stdout.on('data', (bytes: Buffer) => {
    shown += bytes.toString()
    const asked = shown.match(/passphrase[^\n]*: /g)?.length ?? 0
    for (; answered < asked; answered += 1) child.stdin.write(`${left.shift() ?? ''}\n`)
  })
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) => {
      if (code === 0) done(shown)
      else fail(new Error(`age ended with ${code}: ${shown}`))
    })
  })
}
