import { useState } from 'react'
import type { Delivery } from '../../../../preload/shapes.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { OptionCards } from '../../ui/option-cards.tsx'
import { DIRECT_CONSEQUENCES } from './delivery-words.ts'

export interface DeliveryFieldProps {
  readonly value: Delivery
  readonly onChange: (delivery: Delivery) => void
  /** Why the real key cannot be given. */
  readonly refusal?: string | undefined
  readonly error?: string | undefined
}

/** Placeholders or the real key; the real one only after its consequences were read and confirmed. */
export function DeliveryField({ value, onChange, refusal, error }: DeliveryFieldProps) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <OptionCards
        label="How OpenCode gets the key"
        value={value}
        error={error}
        onChange={(next: Delivery) => (next === 'direct' ? setAsking(true) : onChange(next))}
        options={[
          {
            value: 'gateway',
            title: 'Through the gateway (recommended)',
            text: 'The project holds a placeholder. The key goes on each request, outside of its reach.',
          },
          {
            value: 'direct',
            title: 'The real key',
            text: refusal ?? 'The project’s OpenCode holds the key itself, where the agent can read it.',
            disabled: refusal !== undefined && value !== 'direct',
          },
        ]}
      />
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Give OpenCode the real key?"
        description="What follows:"
        action="Give it the real key"
        keep="Keep the gateway"
        onConfirm={() => {
          setAsking(false)
          onChange('direct')
        }}
      >
        <ul className="mt-2 list-disc space-y-1.5 pl-4.5">
          {DIRECT_CONSEQUENCES.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Confirm>
    </>
  )
}
