/** Hands a file to the user: the browser's or the window's own way of saving one. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // Only once the download has begun may its address go.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** The bytes of base64 text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

/** Base64 of bytes of any length. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let start = 0; start < bytes.length; start += 0x80_00)
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 0x80_00)))
  return btoa(parts.join(''))
}
