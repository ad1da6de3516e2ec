/** One server-sent event without a name, as OpenAI and Gemini send them. */
export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

/** One named server-sent event; the name is the data's own `type`. */
export function typedEvent(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}

/** A stand-in for a tokenizer: four characters are a token. */
export function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}
