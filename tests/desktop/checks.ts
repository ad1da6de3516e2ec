import { expect, type Page } from '@playwright/test'

/**
 * What holds of Berth's window whatever it is made of. The same checks run on the stand-in's Chromium
 * (`desktop.integration.test.ts`) and on the real Electron (`electron.spec.ts`).
 */
export interface WindowUnderTest {
  readonly page: Page
  /** Addresses handed to the system's browser so far. */
  opened(): Promise<readonly string[]>
  windowCount(): Promise<number>
}

export interface Check {
  readonly name: string
  run(window: WindowUnderTest): Promise<void>
}

export const windowChecks: readonly Check[] = [
  {
    name: 'the bridge offers three functions and nothing of Node',
    run: async ({ page }) => {
      expect(await page.evaluate('Object.keys(berth)')).toEqual(['invoke', 'on', 'onConnection'])
      expect(await page.evaluate('typeof require + typeof process + typeof Buffer')).toBe(
        'undefined'.repeat(3),
      )
    },
  },
  {
    name: 'the bridge answers by the contract',
    run: async ({ page }) => {
      expect(await page.evaluate('berth.invoke("app.status", {})')).toMatchObject({ ok: true })
      expect(await page.evaluate('berth.invoke("nothing.here", {})')).toMatchObject({
        ok: false,
        error: { code: 'bad_request' },
      })
      expect(await page.evaluate('berth.invoke("projects.start", { projectId: "../x" })')).toMatchObject({
        ok: false,
        error: { code: 'bad_request', message: expect.stringContaining('projectId') },
      })
    },
  },
  {
    name: 'no inline script runs',
    run: async ({ page }) => {
      await page.evaluate(`
        const script = document.createElement('script')
        script.textContent = 'window.inline = true'
        document.body.append(script)
      `)
      expect(await page.evaluate('window.inline')).toBeUndefined()
    },
  },
  {
    name: 'no other host is reached',
    run: async ({ page }) => {
      const attempt = 'fetch("https://example.com/").then(() => "sent", () => "blocked")'
      const violation = `new Promise((done) => {
        document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true })
        ${attempt}
      })`
      expect(await page.evaluate(attempt)).toBe('blocked')
      expect(await page.evaluate(violation)).toBe('connect-src')
    },
  },
  {
    name: 'a link to the web opens outside, and the window stays',
    run: async ({ page, opened, windowCount }) => {
      const url = page.url()
      await page.evaluate('void window.open("https://example.com/docs")')
      await expect.poll(opened).toContain('https://example.com/docs')
      await page.evaluate('void (location.href = "https://example.com/away")')
      await expect.poll(opened).toContain('https://example.com/away')
      expect(page.url()).toBe(url)
      await expect.poll(windowCount).toBe(1)
    },
  },
]
