import samples from './fixtures/wire-samples.json' with { type: 'json' }

/** A message of Khalti's, with its source and how good the evidence for it is. */
export interface WireSample {
  id: string
  kind: string
  http_status: number | null
  evidence: string
  source: string
  body?: unknown
  query?: string
  expect?: Record<string, unknown>
}

/** All of them. */
export const wireSamples: readonly WireSample[] = samples

/** The one with this id. */
export function wireSample(id: string): WireSample {
  const sample = wireSamples.find((one) => one.id === id)
  if (sample === undefined) throw new Error(`There is no wire sample "${id}".`)
  return sample
}
