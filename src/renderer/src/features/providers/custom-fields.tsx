import { Field, Input, TextArea } from '../../ui/field.tsx'
import type { CustomForm } from './custom-form.ts'

interface PartProps {
  readonly form: CustomForm
}

export function NameAndId({ form, existing }: PartProps & { readonly existing: boolean }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Name">
        {(control) => (
          <Input
            {...control}
            placeholder="Lab server"
            value={form.draft.name}
            onChange={(event) => form.change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Id" hint={existing ? 'Stays as it is' : 'a-z, 0-9, dot and dash'}>
        {(control) => (
          <Input
            {...control}
            readOnly={existing}
            className="font-mono text-code"
            value={form.input.id}
            onChange={(event) => form.change({ id: event.target.value.toLowerCase() })}
          />
        )}
      </Field>
    </div>
  )
}

export function BaseUrl({ form }: PartProps) {
  const { baseUrl } = form.draft
  const bad = baseUrl !== '' && !/^h(t(t(p(s?(:(\/(\/.*)?)?)?)?)?)?)?$/.test(baseUrl)
  return (
    <Field
      label="Base URL"
      hint="The part before /chat/completions"
      error={bad ? 'An address begins with http:// or https://.' : undefined}
    >
      {(control) => (
        <Input
          {...control}
          type="url"
          className="font-mono text-code"
          placeholder="http://192.168.1.20:8000/v1"
          value={baseUrl}
          onChange={(event) => form.change({ baseUrl: event.target.value })}
        />
      )}
    </Field>
  )
}

export function ModelsField({ form }: PartProps) {
  const { discover } = form.draft
  return (
    <Field
      label={discover ? 'More models' : 'Models'}
      optional={discover}
      hint={
        discover
          ? 'Those the server does not tell of, one a line'
          : 'One a line: its id, then its name if you like'
      }
    >
      {(control) => (
        <TextArea
          {...control}
          rows={discover ? 2 : 4}
          spellCheck={false}
          className="font-mono text-code"
          placeholder={'qwen3-coder-30b Qwen3 Coder\nllama-4-scout'}
          value={form.models}
          onChange={(event) => form.change({ models: event.target.value })}
        />
      )}
    </Field>
  )
}
