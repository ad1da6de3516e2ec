import { Argument, type Command } from 'commander'
import { type EgressDestination, type EgressRule, OLDER_HOSTS } from '../../../preload/egress.ts'
import { type EgressPolicy, egressPolicy } from '../../../preload/egress-policy.ts'
import type { Project } from '../../../preload/shapes.ts'
import { mayGoText } from '../../egress/words.ts'
import type { Context } from '../context.ts'
import { ago } from '../io.ts'
import { findProject } from '../names.ts'
import type { Bind } from '../program.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Decimal units: `92.4 MB`. */
function sizeText(count: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3))
  const value = count / 1000 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`
}

/** Why it was let through, or that it was not. */
function standing({ kind, listed, refused, connections }: EgressDestination): string {
  if (kind === 'provider') return 'provider'
  if (listed) return 'on the list'
  return refused > 0 && connections === 0 ? 'refused' : ''
}

const policyText = ({ name, egress }: Project): string => `${name} ${mayGoText(egress)}.\n`

function words(context: Context, project: Project, destinations: readonly EgressDestination[]): string {
  if (destinations.length === 0) return `${policyText(project)}It asked for no host yet.\n`
  const rows = destinations.map((one) => [
    one.host === OLDER_HOSTS ? 'others, longer ago' : one.host,
    standing(one),
    String(one.connections),
    sizeText(one.bytesOut),
    sizeText(one.bytesIn),
    String(one.refused),
    ago(one.lastAt),
  ])
  return `${policyText(project)}${context.table(['HOST', '', 'CONNECTIONS', 'OUT', 'IN', 'REFUSED', 'LAST'], rows)}`
}

async function list(context: Context, name: string): Promise<undefined> {
  const link = await context.link('nothing')
  const project = await findProject(link, name)
  const destinations = await link.call('egress.destinations', { projectId: project.id })
  context.show({ policy: project.egress, destinations }, () => words(context, project, destinations))
  return undefined
}

async function policy(context: Context, name: string, wanted: EgressPolicy | undefined): Promise<undefined> {
  const link = await context.link('nothing')
  const found = await findProject(link, name)
  const project =
    wanted === undefined ? found : await link.call('projects.update', { projectId: found.id, egress: wanted })
  context.show({ policy: project.egress }, () => policyText(project))
  return undefined
}

function ruleWords(context: Context, rules: readonly EgressRule[]): string {
  const rows = rules.map(({ host, purpose, own }) => [host, own ? 'yours' : "Berth's", purpose])
  return context.table(['HOST', '', 'FOR'], rows)
}

async function hosts(context: Context): Promise<undefined> {
  const link = await context.link('nothing')
  context.show(await link.call('egress.rules', {}), (rules) => ruleWords(context, rules))
  return undefined
}

async function allow(context: Context, host: string, options: { for?: string }): Promise<undefined> {
  const link = await context.link('nothing')
  const purpose = options.for === undefined ? {} : { purpose: options.for }
  const rules = await link.call('egress.allow', { host, ...purpose })
  context.show(rules, () => `${host} is on the list, for every project that keeps to it.\n`)
  return undefined
}

async function remove(context: Context, host: string): Promise<undefined> {
  const link = await context.link('nothing')
  const rules = await link.call('egress.disallow', { host })
  context.show(rules, () => `${host} is off the list; connections to it are ended.\n`)
  return undefined
}

export function addNetworkCommands(program: Command, bind: Bind): void {
  const network = program
    .command('network')
    .description('where projects go besides their providers, and where they may')
  network
    .command('list')
    .description('list the hosts a project asked for, the last one first, with what went there')
    .argument('<project>', 'name or id')
    .action(bind(list))
  network
    .command('policy')
    .description('show where a project may go, or change it for its next connection and the open ones')
    .argument('<project>', 'name or id')
    .addArgument(
      new Argument('[policy]', 'any host, the list, or providers only').choices(egressPolicy.options),
    )
    .action(bind(policy))
  network
    .command('hosts')
    .description('show the list of hosts that projects with the policy listed may go to')
    .action(bind(hosts))
  network
    .command('allow')
    .description('put a host on the list, from the next connection on')
    .argument(
      '<name>',
      'git.example.com, *.example.com, or git.example.com:22 for another port than 80 and 443',
    )
    .option('-f, --for <purpose>', 'what it is for, in a few words')
    .action(bind(allow))
  network
    .command('remove')
    .description('take a host off the list that was put there')
    .argument('<host>', 'as berth network hosts shows it')
    .action(bind(remove))
}
