/** Everything Berth makes in an engine carries this label and is found by it. */
export const BERTH_LABEL = 'dev.berth'
/** A hash of what a container was made from. */
export const SPEC_LABEL = 'dev.berth.spec'
/** The port a container serves at; published or, on the confined network, reached at the container's own address. */
export const PORT_LABEL = 'dev.berth.port'
/** Marks a container that only lends its file system and is never started; the value says for what. */
export const HELPER_LABEL = 'dev.berth.helper'
