import type { LocalServer } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Note } from '../../ui/notes.tsx'
import { BaseUrl, ModelsField, NameAndId } from './custom-fields.tsx'
import { useCustomForm } from './custom-form.ts'
import { idOf } from './custom-provider.ts'
import { DiscoverField } from './discover-field.tsx'
import { FormDialog } from './form-dialog.tsx'
import { LocalServers } from './local-servers.tsx'
import { RemoveCustom } from './remove-custom.tsx'

export interface CustomProviderDialogProps {
  /** The one to edit; absent makes a new one. */
  readonly provider?: Provider
  /** Begins by looking for servers on this machine. */
  readonly findLocal?: boolean
  readonly onClose: () => void
  /** The key that was given to ask for models, if one was. */
  readonly onSaved?: (providerId: string, key: string) => void
}

/** A server of the user's own that speaks OpenAI's API. */
export function CustomProviderDialog(props: CustomProviderDialogProps) {
  const { provider, findLocal = false, onClose, onSaved } = props
  const form = useCustomForm(provider)
  const saveCustom = useProviders((state) => state.saveCustom)
  const action = useAction()
  const save = async () => {
    const saved = await action.run(() => saveCustom(form.input))
    if (saved === undefined) return
    onClose()
    onSaved?.(saved.value.id, form.draft.key.trim())
  }
  return (
    <FormDialog
      width="w-130"
      title={provider === undefined ? 'Your own server' : `Edit ${provider.name}`}
      description="Any server that speaks OpenAI's chat API: on this machine, on your network, or elsewhere."
      action="Save"
      ready={form.ready}
      busy={action.busy}
      extra={provider !== undefined && <RemoveCustom provider={provider} onDone={onClose} />}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {provider === undefined && (
        <LocalServers atOnce={findLocal} onPick={(server) => form.change(draftOf(server))} />
      )}
      <NameAndId form={form} existing={provider !== undefined} />
      <BaseUrl form={form} />
      <DiscoverField form={form} provider={provider} />
      <ModelsField form={form} />
      {action.error !== undefined && <Note>{action.error.message}</Note>}
    </FormDialog>
  )
}

const draftOf = ({ name, baseUrl }: LocalServer) => ({
  name,
  id: idOf(name),
  baseUrl,
  discover: true,
  models: '',
})
