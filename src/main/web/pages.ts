/** The two pages that exist without a login. They hold no data of the app. */

function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Berth</title>
<style>
:root { color-scheme: light dark; font: 15px/1.6 system-ui, sans-serif; }
body { max-width: 32rem; margin: 20vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.25rem; }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`
}

/** For somebody without a session. */
export const signedOutPage = page(
  'Open Berth from the terminal',
  'Berth prints the address that opens it, with a login that works once. Open the newest one in this browser.',
)

/** For a login token that is wrong or was used. */
export const usedTokenPage = page(
  'This login address has been used',
  'Each login address works once. Take the newest address from the terminal where Berth runs, or start Berth again.',
)
