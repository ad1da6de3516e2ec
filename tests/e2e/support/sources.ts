import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, type Page } from '@playwright/test'

/** A home folder of a person who has used other tools, for Berth to find keys in. */
export interface OtherHome {
  readonly path: string
  /** What Berth is started with, so that it looks here. */
  readonly env: Readonly<Record<string, string>>
  write(file: string, text: string): string
  read(file: string): string
  remove(): void
}

export const AUTH_FILE = '.local/share/opencode/auth.json'

export function makeOtherHome(): OtherHome {
  const path = mkdtempSync(join(tmpdir(), 'berth-home-'))
  return {
    path,
    env: {
      HOME: path,
      XDG_DATA_HOME: join(path, '.local/share'),
      XDG_CONFIG_HOME: join(path, '.config'),
    },
    write(file, text) {
      const whole = join(path, file)
      mkdirSync(dirname(whole), { recursive: true })
      writeFileSync(whole, text)
      return whole
    },
    read: (file) => readFileSync(join(path, file), 'utf8'),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Everything of the page that could keep a secret: its markup, its fields and what it stores. */
export function wholePage(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    )
    const stored = [localStorage, sessionStorage].flatMap((storage) => Object.values({ ...storage }))
    return [document.documentElement.outerHTML, ...fields, ...stored].join('\n')
  })
}

/** Fails when one of the secrets is on the page or came to it. */
export async function expectNowhere(page: Page, received: string, secrets: readonly string[]): Promise<void> {
  const content = await wholePage(page)
  for (const secret of secrets) {
    expect(content.includes(secret), 'the page holds a secret').toBe(false)
    expect(received.includes(secret), 'a secret was sent to the page').toBe(false)
  }
}
