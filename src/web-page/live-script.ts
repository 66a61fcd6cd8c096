/**
 * Asks for the page's own address every two seconds while it is looked at, and takes over the elements with an id and
 * `data-live` that have changed. A link keeps the focus; an element in which somebody fills in a form waits. The styles are
 * cut out of the answer: they have a nonce of their own, which this page's policy would report.
 */
export const liveScript = `
const take = (part, next) => {
  const newer = next.getElementById(part.id)
  if (!newer || newer.innerHTML === part.innerHTML) return
  const held = part.contains(document.activeElement) ? document.activeElement : undefined
  if (held && held.tagName !== 'A') return
  part.replaceWith(document.adoptNode(newer))
  for (const link of held ? newer.querySelectorAll('a') : []) if (link.getAttribute('href') === held.getAttribute('href')) link.focus()
}
const update = async () => {
  if (document.visibilityState !== 'visible') return
  const response = await fetch(location.href, { cache: 'no-store', headers: { 'x-live-update': '1' } })
  if (!response.ok) return
  const text = (await response.text()).replace(/<style[^]*?<\\/style>/, '')
  const next = new DOMParser().parseFromString(text, 'text/html')
  for (const part of document.querySelectorAll('[data-live][id]')) take(part, next)
}
const loop = () => setTimeout(() => update().catch(() => {}).then(loop), 2000)
loop()
`
