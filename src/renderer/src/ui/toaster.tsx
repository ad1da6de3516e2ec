import { Toaster as Sonner } from 'sonner'

/** Below a project's header (48 px) and the inspector's tabs (36 px): stop must be in reach while an error stays. */
const BELOW_HEADER = { top: 92, right: 12 }

/** Where toasts appear: out of the way of the header and of the composer. */
export function Toaster() {
  return (
    <Sonner
      position="top-right"
      closeButton
      gap={8}
      offset={BELOW_HEADER}
      mobileOffset={BELOW_HEADER}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-90 items-start gap-2.5 rounded-lg border border-line bg-raised py-2.5 pr-8 pl-3 text-base text-fg shadow-lg shadow-shade font-sans',
          icon: 'mt-0.5 shrink-0',
          content: 'min-w-0 flex-1',
          title: 'break-words',
          description: 'text-muted text-sm',
          error: '[&_[data-icon]]:text-trouble',
          success: '[&_[data-icon]]:text-ok',
          warning: '[&_[data-icon]]:text-waiting',
          info: '[&_[data-icon]]:text-muted',
          closeButton: 'absolute top-2 right-2 rounded-xs p-1 text-muted hover:bg-hover hover:text-fg',
          actionButton:
            'shrink-0 whitespace-nowrap rounded-xs px-1.5 py-0.5 text-sm font-medium text-accent hover:bg-hover',
        },
      }}
    />
  )
}
