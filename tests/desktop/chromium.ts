import { type Browser, type BrowserContext, chromium } from '@playwright/test'

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const running: { browser?: Promise<Browser> } = {}

/** A fresh profile in the one Chromium these tests share. */
export async function openChromium(): Promise<BrowserContext> {
  running.browser ??= chromium.launch({
    executablePath: process.env.BERTH_CHROMIUM ?? '/usr/bin/chromium',
    args: ARGS,
  })
  return (await running.browser).newContext()
}

export async function closeChromium(): Promise<void> {
  await (await running.browser)?.close()
  delete running.browser
}
