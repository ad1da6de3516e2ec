import type { RuntimeSpec } from '../../../src/main/runtime/types.ts'

/** A spec with made-up values, for what a test does not care about. */
export function runtimeSpec(more: Partial<RuntimeSpec>): RuntimeSpec {
  return {
    projectId: 'demo',
    projectName: 'Demo',
    folder: '/somewhere',
    image: undefined,
    binary: {
      file: '/bin/opencode',
      version: '1.2.3',
      platform: { os: 'linux', arch: 'x64', libc: 'glibc', avx2: true },
    },
    env: {},
    config: '{}',
    caCertificate: 'not a certificate',
    gateway: { port: 7777, user: 'demo', password: 'p@ss/word' },
    serverPassword: 'server-password',
    confined: false,
    ...more,
  }
}
