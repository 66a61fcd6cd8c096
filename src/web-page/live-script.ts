/**
 * Asks for the page's own address every two seconds while it is looked at, and takes over the elements with an id and
 * `data-live` that have changed. An element in which somebody is at work waits: a press of a key must not lose its place.
 */
export const liveScript = `
const update = async () => {
  if (document.visibilityState !== 'visible') return
  const response = await fetch(location.href, { cache: 'no-store' })
  if (!response.ok) return
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-live][id]')) {
    const newer = next.getElementById(part.id)
    if (newer && newer.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(newer))
  }
}
const loop = () => setTimeout(() => update().catch(() => {}).then(loop), 2000)
loop()
`
