import { fieldProblem, variablesOf } from './fields.ts'

type Fields = Readonly<Record<string, string>>

/** The part of a template that says which host is meant: what is between the scheme and the path. */
function authorityOf(template: string): string {
  return template.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
}

/**
 * A template of an address with the fields in their places. Undefined when one is missing or is not what it should be: a value with a dot, slash or
 * @ too many would otherwise name somebody else's host.
 */
export function fill(template: string, fields: Fields): string | undefined {
  const variables = variablesOf(template)
  if (variables.some((name) => fieldProblem(name, fields[name] ?? '') !== undefined)) return undefined
  return template.replace(/\$\{([A-Z0-9_]+)\}/g, (_, name: string) => fields[name] ?? '')
}

/** Nothing that only this machine or the cloud's metadata service answers at. */
function isOwnHost(host: string): boolean {
  return host !== 'localhost' && !/^[0-9.]+$/.test(host) && !host.startsWith('[')
}

/** The host of an address, lower case and without a port; undefined when a field is missing, or for loopback. */
export function hostOf(template: string, fields: Fields): string | undefined {
  const authority = fill(authorityOf(template), fields)
  if (authority === undefined) return undefined
  const address = authority.startsWith('https://') ? authority : `https://${authority}`
  if (!URL.canParse(address)) return undefined
  const host = new URL(address).hostname.toLowerCase()
  return isOwnHost(host) ? host : undefined
}

/** True for an address on the user's own machine. */
export function isLoopback(address: string): boolean {
  return /^https?:\/\/(?:localhost|127\.[0-9.]+)(?::|\/|$)/.test(address)
}
