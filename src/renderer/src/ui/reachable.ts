/**
 * For what scrolls and holds nothing to press: it must be reachable by keyboard, or its end cannot be read without a
 * mouse (WCAG 2.1.1).
 */
export const reachable = { tabIndex: 0 } as const
