import type { Checker } from './source.ts'

const emptyWords = new Set(['utils', 'helpers', 'types', 'common', 'manager'])

/** What Biome has no rule for: names that say nothing, and work left for later. */
export const nameFaults: Checker = ({ path, text }) => {
  const words = path.replace(/\.\w+$/, '').split('/')
  const empty = words.find((word) => emptyWords.has(word))
  return [
    ...(empty === undefined ? [] : [`${path}: "${empty}" says nothing; name it after what is in it`]),
    ...(/\b(TODO|FIXME)\b/.test(text) ? [`${path} has a TODO or FIXME`] : []),
  ]
}
