/** Every shortcut, for the sheet that `?` opens. */
export interface Shortcut {
  readonly keys: string
  readonly what: string
}

export const shortcuts: readonly { readonly title: string; readonly list: readonly Shortcut[] }[] = [
  {
    title: 'Everywhere',
    list: [
      { keys: 'mod+k', what: 'Find or do anything' },
      { keys: 'mod+1', what: 'Projects (also Alt and the digit)' },
      { keys: 'mod+2', what: 'Providers' },
      { keys: 'mod+3', what: 'Activity' },
      { keys: 'mod+4', what: 'Usage' },
      { keys: 'mod+5', what: 'Settings' },
      { keys: 'mod+n', what: 'New project' },
      { keys: 'c', what: 'New project, where the browser keeps the one above' },
      { keys: '?', what: 'This list' },
    ],
  },
  {
    title: 'In a project',
    list: [
      { keys: 'mod+l', what: 'To the composer' },
      { keys: '/', what: 'To the composer' },
      { keys: 'enter', what: 'Send' },
      { keys: 'mod+enter', what: 'Send' },
      { keys: 'shift+enter', what: 'New line' },
      { keys: 'escape', what: 'Twice: stop the answer' },
      { keys: 'y', what: 'Allow once' },
      { keys: 'n', what: 'Reject' },
      { keys: 'a', what: 'Always allow (not from the composer)' },
      { keys: 'mod+i', what: 'Show or hide the inspector' },
      { keys: 'mod+shift+a', what: 'Switch account' },
    ],
  },
  {
    title: 'In lists',
    list: [
      { keys: 'j', what: 'Down (also the arrow)' },
      { keys: 'k', what: 'Up (also the arrow)' },
      { keys: 'enter', what: 'Open' },
      { keys: 'alt+↑', what: 'Move an account up (Alt+↓: down)' },
    ],
  },
]
