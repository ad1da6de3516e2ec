import type { LocalImage } from '../../../../preload/shapes.ts'
import { bytes } from '../../lib/format.ts'
import { Field } from '../../ui/field.tsx'
import { SuggestInput } from '../../ui/suggest-input.tsx'

export interface ImageFieldProps {
  readonly value: string
  readonly images: readonly LocalImage[] | undefined
  readonly onChange: (image: string) => void
  readonly error?: string | undefined
  readonly placeholder?: string
}

/** True when the engine has the image already. A name without a tag means `latest`. */
export function isLocal(image: string, images: readonly LocalImage[] | undefined): boolean {
  const full = /:[^/]+$/.test(image) ? image : `${image}:latest`
  return images?.some((one) => one.name === full || one.name === image) ?? false
}

/** The container image: one the engine has, or any other by its name. */
export function ImageField({ value, images, onChange, error, placeholder }: ImageFieldProps) {
  const local = isLocal(value || (placeholder ?? ''), images)
  const wanted = value.trim().toLowerCase()
  const exact = images?.some((image) => image.name === value)
  const suggestions = (images ?? [])
    .filter((image) => exact || image.name.toLowerCase().includes(wanted))
    .map((image) => ({ value: image.name, label: image.name, hint: bytes(image.size) }))
  const choices = images?.map((image) => image.name).join(', ')
  return (
    <Field
      label="Image"
      hint={
        local
          ? 'On this engine already. OpenCode works with the tools in it.'
          : 'Not on this engine yet: it is pulled first.'
      }
      error={error === undefined ? undefined : choices ? `${error} On this engine: ${choices}.` : error}
    >
      {(control) => (
        <SuggestInput
          control={control}
          value={value}
          suggestions={suggestions}
          onChange={onChange}
          {...(placeholder === undefined ? {} : { placeholder })}
          mono
        />
      )}
    </Field>
  )
}
