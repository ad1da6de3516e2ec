import { decodeSafely } from './substitute.ts'

/** Gemini and Vertex: `/models/<id>:generateContent`, `…/publishers/anthropic/models/<id>:streamRawPredict`. */
const WITH_VERB = /\/models\/([^/:]+):[a-z]+$/i
/** Bedrock: `/model/<id>/converse`, `/converse-stream`, `/invoke`, `/invoke-with-response-stream`. */
const WITH_ACTION = /\/model\/([^/]+)\/(?:converse|invoke)[a-z-]*$/i
/** Azure: `/openai/deployments/<id>/chat/completions`. */
const DEPLOYMENT = /\/deployments\/([^/]+)\//i

/**
 * Where a Bedrock model runs, before its id: Amazon's "inference profiles". OpenCode puts one there for some models and
 * regions, and its catalog has some models under names that begin so; hence both names are the request's.
 */
const REGION = /^(?:global|us-gov|us|eu|apac|jp|au|ca|sa|me|af|il|mx)\.(?=[a-z0-9-]+\.)/

/** A profile as a whole address: `arn:aws:bedrock:eu-west-1:123:inference-profile/eu.amazon.nova-pro-v1:0`. */
const RESOURCE = /^arn:.*\/([^/]+)$/

/** The names a Bedrock model may have in the catalog: as it was sent first. */
function bedrockNames(sent: string): string[] {
  const bare = RESOURCE.exec(sent)?.[1] ?? sent
  return [...new Set([sent, bare, bare.replace(REGION, '')])]
}

/** OpenAI's Realtime, where nothing is sent but messages: `/v1/realtime?model=<id>`. */
const REALTIME = /^[^?]*\/realtime\?(?:.*&)?model=([^&]+)/

/** No model's name is longer, and a client's is kept with its request. */
const LONGEST = 1024

/** The names the model in a request's path may have in the catalog, likeliest first; none when the path names no model. */
export function modelsInPath(path: string): readonly string[] {
  const bare = path.split('?', 1)[0] ?? ''
  const action = WITH_ACTION.exec(bare)?.[1]
  if (action !== undefined) return action.length > LONGEST ? [] : bedrockNames(decodeSafely(action))
  const sent = WITH_VERB.exec(bare)?.[1] ?? DEPLOYMENT.exec(bare)?.[1] ?? REALTIME.exec(path)?.[1]
  return sent === undefined || sent.length > LONGEST ? [] : [decodeSafely(sent)]
}
