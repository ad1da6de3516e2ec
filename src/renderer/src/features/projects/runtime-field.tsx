import type { RuntimeKind } from '../../../../preload/shapes.ts'
import { useStatus } from '../../context.ts'
import { OptionCards } from '../../ui/option-cards.tsx'

export interface RuntimeFieldProps {
  readonly value: RuntimeKind
  readonly onChange: (runtime: RuntimeKind) => void
  readonly error?: string | undefined
}

/** Container or not, each with what it means. */
export function RuntimeField({ value, onChange, error }: RuntimeFieldProps) {
  const engine = useStatus((state) => state.status?.engine)
  const reason = engine?.state === 'unavailable' || engine?.state === 'starting' ? engine.reason : undefined
  return (
    <OptionCards
      label="Runs"
      value={value}
      onChange={onChange}
      error={error}
      options={[
        {
          value: 'docker',
          title: 'In a container',
          text: reason ?? 'OpenCode sees the folder and nothing else of this machine.',
        },
        {
          value: 'process',
          title: 'Without a container',
          text: 'Not isolated: the agent can reach every file you can.',
        },
      ]}
    />
  )
}
