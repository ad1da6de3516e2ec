/** Everything Berth makes in an engine carries this label and is found by it. */
export const BERTH_LABEL = 'dev.berth'
/** A hash of what a container was made from. */
export const SPEC_LABEL = 'dev.berth.spec'
/** Marks a container that only lends its file system and is never started; the value says for what. */
export const HELPER_LABEL = 'dev.berth.helper'
